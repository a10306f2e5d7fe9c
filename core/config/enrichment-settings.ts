import { PermanentError } from '../mail/errors.ts';
import type { EnrichmentSettings } from '../settings/enrichment.ts';
import type { PipelineConfig } from './schema.ts';

export type EnrichmentPlace = 'aws' | 'local';

/** The settings of parser and enricher. @throws PermanentError `config.invalid` when a service cannot work at that place */
export function enrichmentSettings(
  { enrichment }: Pick<PipelineConfig, 'enrichment'>,
  place: EnrichmentPlace,
): EnrichmentSettings {
  const { ocr, detonation, model } = enrichment;
  return {
    deadlineSeconds: enrichment.deadlineSeconds,
    dailyBudgetUsd: enrichment.dailyBudgetUsd,
    language: enrichment.language,
    // Local mode has no Comprehend.
    ...(place === 'local'
      ? { sentiment: enrichment.sentiment === 'off' ? null : 'local', entities: false, pii: false }
      : {
          sentiment: enrichment.sentiment === 'off' ? null : enrichment.sentiment,
          entities: enrichment.entities,
          pii: enrichment.pii,
        }),
    ocr: ocr.enabled
      ? {
          provider: place === 'aws' ? 'textract' : 'tesseract',
          maxPagesPerPdf: ocr.maxPagesPerPdf,
          maxDocumentsPerMail: ocr.maxDocumentsPerMail,
        }
      : null,
    malware: malwareSettings(enrichment.malware, place),
    detonation: detonation && {
      ...service('enrichment.detonation', detonation, place),
      contentTypes: detonation.contentTypes,
      maxAttachmentsPerMail: detonation.maxAttachmentsPerMail,
    },
    model: model && { ...service('enrichment.model', model, place), costUsd: model.costUsd },
  };
}

/** Local mode has no GuardDuty. */
function malwareSettings(
  { guardDuty, clamd, quarantine }: PipelineConfig['enrichment']['malware'],
  place: EnrichmentPlace,
): EnrichmentSettings['malware'] {
  if (guardDuty && place === 'aws') return { provider: 'guardduty', clamd: null, quarantine };
  return clamd === null ? null : { provider: 'clamd', clamd, quarantine };
}

interface Service {
  url: string;
  secretArn: string | null;
  secretFile: string | null;
  deadlineSeconds: number;
}

function service(path: string, { url, secretArn, secretFile, deadlineSeconds }: Service, place: EnrichmentPlace) {
  if (place === 'aws' && !url.startsWith('https:')) {
    throw invalid(`${path}.url is ${JSON.stringify(url)}: a deployment sends mail over https only`);
  }
  return { url, key: keyAt(path, { secretArn, secretFile }, place), deadlineMs: 1000 * deadlineSeconds };
}

function keyAt(
  path: string,
  { secretArn, secretFile }: Pick<Service, 'secretArn' | 'secretFile'>,
  place: EnrichmentPlace,
) {
  if (place === 'aws') {
    if (secretArn === null) throw invalid(`${path}.secretArn is null: name a secret with the key that signs requests`);
    return { kind: 'secret' as const, secretId: secretArn };
  }
  if (secretFile === null) throw invalid(`${path}.secretFile is null: name a file with the key that signs requests`);
  return { kind: 'file' as const, file: secretFile };
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
