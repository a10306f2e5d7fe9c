import { PermanentError } from '../core/mail/errors.ts';
import { type FailedMail, REMEDIES } from '../core/outcome/failures.ts';
import { nearest } from '../core/terminal/nearest.ts';

/** Reasons the pipeline itself reports. Errors of AWS add more, named by service and error. */
const REASONS: readonly string[] = ['retries.exhausted', ...Object.keys(REMEDIES)];

export const reasonOption = {
  reason: {
    type: 'string',
    value: 'CODE',
    about: `only failures with this reason: ${REASONS.join(', ')}, or an AWS error such as sqs.QueueDoesNotExist`,
    choices: REASONS,
  },
} as const;

/** The paragraph about reasons in help texts. */
export const REMEDIES_TEXT: readonly string[] = [
  'A redrive alone does not fix these reasons:',
  ...Object.entries(REMEDIES).map(([reason, remedy]) => `${reason}: ${remedy}.`),
];

/** Filters failures by reason (undefined keeps all) and counts the rest. */
export class OfReason {
  readonly #reason: string | undefined;
  readonly #counts = new Map<string, number>();

  constructor(reason: string | undefined) {
    this.#reason = reason;
  }

  /**
   * @throws PermanentError `reason.unknown` at the end when no failure has this reason; names the reasons that exist
   */
  async *of(failures: AsyncIterable<FailedMail>): AsyncGenerator<FailedMail> {
    for await (const failure of failures) {
      this.#counts.set(failure.reason, (this.#counts.get(failure.reason) ?? 0) + 1);
      if (this.#reason === undefined || failure.reason === this.#reason) yield failure;
    }
    if (this.#reason !== undefined && !this.#counts.has(this.#reason)) throw this.#unknown(this.#reason);
  }

  #unknown(reason: string): PermanentError {
    const there = [...this.#counts.keys()];
    const near = nearest(reason, there.length > 0 ? there : REASONS);
    const counts = [...this.#counts].map(([known, count]) => `${known} (${count})`).join(', ');
    const hint = near === null ? '' : ` Did you mean ${near}?`;
    const what = there.length > 0 ? `Reasons of the existing failures: ${counts}.` : 'There are no failures.';
    return new PermanentError('reason.unknown', `no failure has the reason "${reason}" (--reason).${hint} ${what}`);
  }
}
