import type { Enrichment, Language } from '../../mail/enrichment-schema.ts';
import { errorText } from '../../mail/errors.ts';
import type { Step } from '../../mail/parsed-mail.ts';
import type { EnrichmentSettings } from '../../settings/enrichment.ts';
import { detectLanguage, loadLanguages } from './language.ts';
import { loadWordList, localSentiment } from './local-sentiment.ts';
import { ownText, type TextContent } from './own-text.ts';

/** Characters that are looked at: what a mail is about stands at its start. */
const TEXT_LENGTH = 2_000;

const NO_TEXT = 'the mail has no text';

/** What a step did: it found something, or nothing (`found` null), or there was nothing to do for it. */
type Did<T> = { found: T | null } | { skipped: string };

type QuickSettings = Pick<EnrichmentSettings, 'language' | 'sentiment'>;

/** Loads what the steps need, so that no mail has to wait for it. What cannot be loaded is a `failed` step later. */
export async function loadQuickSteps({ language, sentiment }: QuickSettings): Promise<void> {
  const local = sentiment === 'local';
  await Promise.allSettled([language || local ? loadLanguages() : null, local ? loadWordList() : null]);
}

/**
 * The steps that are quick enough for the parser: language, and mood by a word list. Never rejects: a failing library is
 * a `failed` step. A step that is not asked for has no entry; a mail without text has one that says so. A step that ran
 * and found nothing is `ok` with no field in `enrichment`.
 */
export async function quickSteps(
  content: TextContent,
  settings: QuickSettings,
): Promise<{ enrichment: Pick<Enrichment, 'language' | 'sentiment'>; steps: Step[] }> {
  const enrichment: Pick<Enrichment, 'language' | 'sentiment'> = {};
  const steps: Step[] = [];
  const wantsSentiment = settings.sentiment === 'local';
  if (!settings.language && !wantsSentiment) return { enrichment, steps };
  const text = ownText(content, TEXT_LENGTH);
  // Sentiment has to know the language, whoever else wants to.
  const language = await timed('language', 'eld', () => languageOf(text));
  if (settings.language) {
    steps.push(language.step);
    if (language.found !== null) enrichment.language = language.found;
  }
  if (wantsSentiment) {
    const sentiment = await timed('sentiment', 'vader-sentiment', () => sentimentOf(text, language.found));
    steps.push(sentiment.step);
    if (sentiment.found !== null) enrichment.sentiment = sentiment.found;
  }
  return { enrichment, steps };
}

async function languageOf(text: string | null): Promise<Did<Language>> {
  return text === null ? { skipped: NO_TEXT } : { found: await detectLanguage(text) };
}

async function sentimentOf(text: string | null, language: Language | null) {
  if (text === null) return { skipped: NO_TEXT };
  if (language?.language === 'en') return { found: await localSentiment(text) };
  return {
    skipped: `its word list is English, the text is ${language === null ? 'of an unknown language' : language.language}`,
  };
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
