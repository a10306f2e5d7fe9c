import type { EnrichmentSettings } from '../settings/enrichment.ts';
import type { PipelineConfig } from './schema.ts';
import { keyAt, type Place, serviceAt } from './signed-service.ts';

/** For parser and enricher. @throws PermanentError `config.invalid` when a service cannot work at that place */
export function enrichmentSettings(
  { enrichment }: Pick<PipelineConfig, 'enrichment'>,
  place: Place,
): EnrichmentSettings {
  const { sentiment, malware, detonation, model } = enrichment;
  const { enabled, ...ocr } = enrichment.ocr;
  const signed = <S extends Parameters<typeof serviceAt>[1]>(name: string, service: S) => {
    const path = `enrichment.${name}`;
    return { ...serviceAt(path, service, place), key: keyAt(path, service, place) };
  };
  return {
    ...enrichment,
    // Local mode has no Comprehend.
    sentiment: sentiment === 'off' ? null : place === 'local' ? 'local' : sentiment,
    entities: enrichment.entities && place === 'aws',
    pii: enrichment.pii && place === 'aws',
    ocr: enabled ? { ...ocr, provider: place === 'aws' ? 'textract' : 'tesseract' } : null,
    malware: malwareSettings(malware, place),
    detonation: detonation && signed('detonation', detonation),
    model: model && signed('model', model),
  };
}

/** Local mode has no GuardDuty. */
function malwareSettings(
  { guardDuty, clamd, quarantine }: PipelineConfig['enrichment']['malware'],
  place: Place,
): EnrichmentSettings['malware'] {
  if (guardDuty && place === 'aws') return { provider: 'guardduty', clamd: null, quarantine };
  return clamd === null ? null : { provider: 'clamd', clamd, quarantine };
}
