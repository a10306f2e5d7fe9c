import {
  detonatedAttachmentSchema,
  type Enrichment,
  entitiesSchema,
  MALWARE_VERDICTS,
  type MalwareVerdict,
  piiSchema,
  readDocumentSchema,
  type ScannedAttachment,
  scannedAttachmentSchema,
  sentimentSchema,
} from '../mail/enrichment-schema.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { type SlowStep, STEP_RESULTS } from './task.ts';
import type { TaskResult } from './task-result.ts';

/** The document with what its tasks found, and what each cost. */
export function withResults(document: ParsedMail, results: readonly TaskResult[]): ParsedMail {
  const steps = [...document.steps, ...results.map(({ step }) => step)];
  const usd = steps.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const enrichment: Enrichment = { ...document.enrichment, ...findings(results) };
  // Sums of prices such as 0.01 are to read as prices.
  return { ...document, steps, enrichment: { ...enrichment, cost: { usd: Number(usd.toFixed(6)) } } };
}

function findings(results: readonly TaskResult[]): Partial<Enrichment> {
  const found: Partial<Enrichment> = {};
  const documents = resultsOf('ocr', results).map((result) => readDocumentSchema.parse(result));
  if (documents.length > 0) found.ocr = { documents };
  const scanned = results.filter(({ step }) => step.name === 'malware').map(scanOf);
  if (scanned.length > 0) found.malware = { verdict: worst(scanned), attachments: scanned };
  const detonated = resultsOf('detonation', results).map((result) => detonatedAttachmentSchema.parse(result));
  if (detonated.length > 0) found.detonation = { attachments: detonated };
  const [sentiment] = resultsOf('sentiment', results);
  if (sentiment !== undefined) found.sentiment = sentimentSchema.parse(sentiment);
  const [entities] = resultsOf('entities', results);
  if (entities !== undefined) found.entities = entitiesSchema.parse(entities);
  const [pii] = resultsOf('pii', results);
  if (pii !== undefined) found.pii = piiSchema.parse(pii);
  const [model] = resultsOf('model', results);
  if (model !== undefined) found.model = STEP_RESULTS.model.parse(model);
  return found;
}

const resultsOf = (name: SlowStep, results: readonly TaskResult[]): unknown[] =>
  results.filter(({ step }) => step.name === name && step.status === 'ok').map(({ result }) => result);

/** An attachment that no scanner got to the end of is never clean. */
function scanOf({ step, result }: TaskResult): ScannedAttachment {
  if (step.status === 'ok') return scannedAttachmentSchema.parse(result);
  const verdict: MalwareVerdict = step.status === 'skipped' ? 'limit' : 'error';
  return { partId: step.partId ?? '', verdict, threats: [], reason: step.reason };
}

function worst(scanned: readonly ScannedAttachment[]): MalwareVerdict {
  const rank = Math.max(...scanned.map(({ verdict }) => MALWARE_VERDICTS.indexOf(verdict)));
  return MALWARE_VERDICTS[rank] ?? 'error';
}
