import type { Enrichment } from '../mail/enrichment-schema.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { ASYNC_STEPS, taskStep } from './steps/registry.ts';
import type { SettledTask } from './task-result.ts';

/** The document with the findings of its tasks and their cost. */
export function withResults(document: ParsedMail, results: readonly SettledTask[]): ParsedMail {
  const steps = [...document.steps, ...results.map(({ step }) => step)];
  const usd = steps.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const enrichment: Enrichment = { ...document.enrichment, ...findings(results) };
  // Sums of prices such as 0.01 should read as prices.
  return { ...document, steps, enrichment: { ...enrichment, cost: { usd: Number(usd.toFixed(6)) } } };
}

function findings(results: readonly SettledTask[]): Enrichment {
  const fields = ASYNC_STEPS.map((name) => {
    const { result: form, document } = taskStep(name);
    const entries = results
      .filter(({ step }) => step.name === name)
      .map(({ parts, step, result }) => ({ parts, step, result: step.status === 'ok' ? form.parse(result) : null }));
    return [name, document(entries)];
  });
  return Object.fromEntries(fields.filter(([, found]) => found !== undefined));
}
