import type { Enrichment, EnrichmentName } from '../../mail/enrichment-schema.ts';
import { errorText } from '../../mail/errors.ts';
import type { Step } from '../../mail/parsed-mail.ts';
import type { Did, InlineFindings, InlineStep } from '../step.ts';
import type { StepSettings } from '../step-settings.ts';
import { STEP_NAMES, STEPS } from '../steps/registry.ts';
import { ownText, type TextContent } from './own-text.ts';

/** Characters to analyse: a mail says at its start what it is about. */
const TEXT_LENGTH = 2_000;

/** Settings of the steps that are done inline. */
export type InlineSettings = Pick<StepSettings, InlineName>;

type InlineName = {
  [Name in EnrichmentName]: (typeof STEPS)[Name]['inline'] extends null ? never : Name;
}[EnrichmentName];

const INLINE = STEP_NAMES.filter((name): name is InlineName => STEPS[name].inline !== null);

const inlineStep = (name: InlineName): InlineStep<InlineName> => STEPS[name].inline;

const stepsOf = (settings: InlineSettings): InlineName[] =>
  INLINE.filter((name) => inlineStep(name).isOn(settings[name]));

/** Loads what the steps need, so that no mail waits for it. A failed load becomes a `failed` step later. */
export async function loadInlineSteps(settings: InlineSettings): Promise<void> {
  await Promise.allSettled(stepsOf(settings).map((name) => inlineStep(name).load()));
}

/**
 * Runs the inline steps: language, and sentiment by a word list. Never rejects: a failing library is a `failed` step. A
 * step that is not requested has no entry; for a mail without text the entry says so. A step that ran and found nothing
 * is `ok` with no field in `enrichment`.
 *
 * @param wanted which steps the routes of the mail choose
 */
export async function inlineSteps(
  content: TextContent,
  settings: InlineSettings,
  wanted: (step: EnrichmentName) => boolean = () => true,
): Promise<{ enrichment: Enrichment; steps: Step[] }> {
  const steps: Step[] = [];
  const names = stepsOf(settings).filter(wanted);
  const text = names.length === 0 ? null : ownText(content, TEXT_LENGTH);
  const found: InlineFindings = {};
  for (const name of names) {
    const { provider, run } = inlineStep(name);
    const done = await timed(name, provider, async () =>
      text === null ? { skipped: 'the mail has no text' } : run(text, found),
    );
    steps.push(done.step);
    Object.assign(found, { [name]: done.found });
  }
  const enrichment = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null));
  return { enrichment, steps };
}

async function timed<T>(
  name: string,
  provider: string,
  run: () => Promise<Did<T>>,
): Promise<{ found: T | null; step: Step }> {
  const started = performance.now();
  const step = (status: Step['status'], reason: string | null): Step => ({
    name,
    partId: null,
    status,
    provider,
    ms: Math.round(10 * (performance.now() - started)) / 10,
    reason,
    costUsd: 0,
  });
  try {
    const did = await run();
    if ('skipped' in did) return { found: null, step: step('skipped', did.skipped) };
    return { found: did.found, step: step('ok', null) };
  } catch (error) {
    return { found: null, step: step('failed', errorText(error)) };
  }
}
