import type { LanguageCode } from '@aws-sdk/client-comprehend';
import type { StepResult, TaskOutcome } from '../../../core/enrich/task.ts';
import { detectLanguage } from '../../../core/enrich/text/language.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { OVER_BUDGET, type StepRunner, type Work } from '../runner.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';

/** List price: US dollars for a unit of a hundred characters, three of which are the least (us-east-1). */
const UNIT_USD = 0.0001;
const UNIT_CHARACTERS = 100;
const LEAST_UNITS = 3;

/** Characters whose language is looked for, where the parser did not. */
const LANGUAGE_CHARACTERS = 2_000;

export type ComprehendStepName = 'sentiment' | 'entities' | 'pii';

/** One of Comprehend's operations as a step. */
export interface Operation<Step extends ComprehendStepName> {
  /** Those that the service reads. */
  languages: readonly LanguageCode[];
  /** Bytes of UTF-8 that are shown: the service's limit, or what it may cost. */
  maxBytes: number;
  /** What is looked at; null when the mail has none of it. */
  textOf(mail: ParsedMail): string | null;
  ask(excerpt: Excerpt, language: LanguageCode, signal: AbortSignal): Promise<StepResult<Step>>;
}

/** Shows the start of a mail's text to Comprehend, when it reads that language and the budget allows it. */
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
    if (found === null) return skipped('the language of the text is not known');
    const language = languages.find((code) => code === found.language);
    if (language === undefined) {
      return skipped(`Comprehend does it for ${languages.join(', ')}, the text is ${found.language}`);
    }
    const excerpt = excerptOf(text, maxBytes);
    const costUsd = priceOf(excerpt);
    if (!(await spend(costUsd))) return OVER_BUDGET;
    return { status: 'ok', result: await ask(excerpt, language, signal), costUsd };
  }
}

const skipped = (reason: string) => ({ status: 'skipped' as const, reason, costUsd: 0 });

export const priceOf = ({ characters }: Pick<Excerpt, 'characters'>): number =>
  Number((Math.max(LEAST_UNITS, Math.ceil(characters / UNIT_CHARACTERS)) * UNIT_USD).toFixed(4));
