import type { LanguageCode } from '@aws-sdk/client-comprehend';
import type { StepResult, TaskOutcome } from '../../../core/enrich/task.ts';
import { detectLanguage } from '../../../core/enrich/text/language.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { OVER_BUDGET, type StepRunner, type Work } from '../runner.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';

/** List price: US dollars per unit of a hundred characters, with a minimum of three units (us-east-1). */
const UNIT_USD = 0.0001;
const UNIT_CHARACTERS = 100;
const MINIMUM_UNITS = 3;

/** Characters for language detection, if the parser did none. */
const LANGUAGE_CHARACTERS = 2_000;

export type ComprehendStepName = 'sentiment' | 'entities' | 'pii';

/** One of Comprehend's operations as a step. */
export interface Operation<Step extends ComprehendStepName> {
  /** The languages that the service supports. */
  languages: readonly LanguageCode[];
  /** Bytes of UTF-8 to send: the limit of the service, or of the cost. */
  maxBytes: number;
  /** The text to analyse; null when the mail has none. */
  textOf(mail: ParsedMail): string | null;
  ask(excerpt: Excerpt, language: LanguageCode, signal: AbortSignal): Promise<StepResult<Step>>;
}

/** Sends the start of a mail's text to Comprehend, if it supports the language and the budget allows it. */
export class ComprehendStep<Step extends ComprehendStepName> implements StepRunner<Step> {
  readonly #operation: Operation<Step>;

  constructor(operation: Operation<Step>) {
    this.#operation = operation;
  }

  async run({ mail, signal, spend }: Work): Promise<TaskOutcome<Step>> {
    const { languages, maxBytes, textOf, ask } = this.#operation;
    const text = textOf(mail);
    if (text === null) return skipped('the mail has no text');
    const found = mail.enrichment.language ?? (await detectLanguage(text.slice(0, LANGUAGE_CHARACTERS)));
    if (found === null) return skipped('the language of the text is unknown');
    const language = languages.find((code) => code === found.language);
    if (language === undefined) {
      return skipped(`Comprehend supports ${languages.join(', ')}, the text is ${found.language}`);
    }
    const excerpt = excerptOf(text, maxBytes);
    const costUsd = priceOf(excerpt);
    if (!(await spend(costUsd))) return OVER_BUDGET;
    return { status: 'ok', result: await ask(excerpt, language, signal), costUsd };
  }
}

const skipped = (reason: string) => ({ status: 'skipped' as const, reason, costUsd: 0 });

export const priceOf = ({ characters }: Pick<Excerpt, 'characters'>): number =>
  Number((Math.max(MINIMUM_UNITS, Math.ceil(characters / UNIT_CHARACTERS)) * UNIT_USD).toFixed(4));
