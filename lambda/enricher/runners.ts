import type { S3Client } from '@aws-sdk/client-s3';
import { s3ObjectTags } from '../../core/aws/s3-object-tags.ts';
import type { SlowStep, Task } from '../../core/enrich/task.ts';
import type { JsonService } from '../../core/http/json-service.ts';
import { type KeyPlace, signingKey } from '../../core/http/signing-key.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { EnricherSettings } from '../../core/settings/enricher.ts';
import type { StepRunner } from './runner.ts';
import type { DocumentProcessOptions } from './steps/ocr/document/document-process.ts';

export interface RunnerWorld {
  settings: EnricherSettings;
  /** Opens documents. */
  documents: DocumentProcessOptions;
  s3: S3Client;
  store: ObjectStore;
}

/** Loads what a step needs, and only that; null when the configuration does not have the step (any more). */
type Load = (world: RunnerWorld) => Promise<StepRunner | null>;

const LOADERS: Readonly<Partial<Record<SlowStep, Load>>> = {
  async ocr({ settings: { enrichment, textract, tesseractFrom }, documents, store }) {
    const { ocr } = enrichment;
    if (ocr === null) return null;
    const options = { store, documents, maxPagesPerPdf: ocr.maxPagesPerPdf };
    if (ocr.provider === 'tesseract') {
      const { OcrTesseract } = await import('./steps/ocr/tesseract/ocr-tesseract.ts');
      return new OcrTesseract({ ...options, packages: set('TESSERACT_FROM', tesseractFrom) });
    }
    const { OcrTextract } = await import('./steps/ocr/textract/ocr-textract.ts');
    const { createTextractClient } = await import('../../core/aws/textract-client.ts');
    const channel = set('TEXTRACT', textract);
    return new OcrTextract({ ...options, client: createTextractClient(), channel });
  },
  async sentiment({ settings: { enrichment } }) {
    return enrichment.sentiment === 'comprehend' ? comprehendStep('sentiment') : null;
  },
  async entities({ settings: { enrichment } }) {
    return enrichment.entities ? comprehendStep('entities') : null;
  },
  async pii({ settings: { enrichment } }) {
    return enrichment.pii ? comprehendStep('pii') : null;
  },
  async malware({ settings: { enrichment }, s3, store }) {
    const { malware } = enrichment;
    if (malware === null) return null;
    if (malware.clamd === null) {
      const { MalwareGuardDuty } = await import('./steps/malware/malware-guard-duty.ts');
      return new MalwareGuardDuty({ objects: store, tags: s3ObjectTags(s3) });
    }
    const { MalwareClamd } = await import('./steps/malware/malware-clamd.ts');
    return new MalwareClamd({ objects: store, clamd: malware.clamd });
  },
  async detonation(world) {
    const { detonation } = world.settings.enrichment;
    if (detonation === null) return null;
    const [{ DetonationHttp }, { s3ObjectLinks }, service] = await Promise.all([
      import('./steps/detonation/detonation-http.ts'),
      import('../../core/aws/s3-object-links.ts'),
      jsonService('detonation', detonation, world),
    ]);
    return new DetonationHttp({ service, links: s3ObjectLinks(world.s3), now: () => new Date() });
  },
  async model(world) {
    const { model } = world.settings.enrichment;
    if (model === null) return null;
    const { ModelHttp } = await import('./steps/model/model-http.ts');
    return new ModelHttp({ service: await jsonService('model', model, world), costUsd: model.costUsd });
  },
};

function set<T>(name: string, value: T | null): T {
  if (value !== null) return value;
  throw new PermanentError('env.missing', `set ${name}: the configured provider of OCR needs it`);
}

async function comprehendStep(step: 'sentiment' | 'entities' | 'pii'): Promise<StepRunner> {
  const { createComprehendStep } = await import('./comprehend/create-comprehend-step.ts');
  return createComprehendStep(step);
}

async function jsonService(
  name: string,
  { url, deadlineMs, key }: { url: string; deadlineMs: number; key: KeyPlace },
  { settings: { allowLoopback } }: RunnerWorld,
): Promise<JsonService> {
  const { JsonService } = await import('../../core/http/json-service.ts');
  const now = () => new Date();
  return new JsonService({
    name,
    url,
    deadlineMs,
    allowLoopback,
    key: signingKey(key, { service: name, readSecret, now }),
    now,
  });
}

async function readSecret(secretId: string): Promise<string> {
  const { secretReader } = await import('../../core/aws/secrets-manager.ts');
  return secretReader()(secretId);
}

/** The provider of each step, loaded when it is first needed and kept. */
export function runners(world: RunnerWorld): (task: Task) => Promise<StepRunner> {
  const loaded = new Map<SlowStep, Promise<StepRunner>>();
  const load = async (step: SlowStep): Promise<StepRunner> => {
    const runner = (await LOADERS[step]?.(world)) ?? null;
    if (runner !== null) return runner;
    throw new PermanentError('enrich.not_configured', `${step} has been taken out of the configuration`);
  };
  return ({ step }) => {
    const runner = loaded.get(step) ?? load(step);
    loaded.set(step, runner);
    // What could not be loaded is tried again by the next task.
    runner.catch(() => loaded.delete(step));
    return runner;
  };
}
