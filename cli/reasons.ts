import { PermanentError } from '../core/mail/errors.ts';
import { type FailedMail, REMEDIES } from '../core/outcome/failures.ts';
import { nearest } from '../core/terminal/nearest.ts';

/** Reasons that the pipeline itself gives; those of AWS come beside them, by the service and the name of its error. */
const REASONS: readonly string[] = ['retries.exhausted', ...Object.keys(REMEDIES)];

export const reasonOption = {
  reason: {
    type: 'string',
    value: 'CODE',
    about: `only failures of this reason: ${REASONS.join(', ')}, or what AWS answered, such as sqs.QueueDoesNotExist`,
    choices: REASONS,
  },
} as const;

/** What a help text says of them. */
export const REMEDIES_TEXT: readonly string[] = [
  'A redrive alone does not cure these reasons:',
  ...Object.entries(REMEDIES).map(([reason, remedy]) => `${reason}: ${remedy}.`),
];

/** The failures of one reason, and of every one when it is undefined; it counts the others. */
export class OfReason {
  readonly #reason: string | undefined;
  readonly #counts = new Map<string, number>();

  constructor(reason: string | undefined) {
    this.#reason = reason;
  }

  /** @throws PermanentError `reason.unknown` at the end, naming the reasons there are, when no failure has this one */
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
    const what = there.length > 0 ? `The failures there are have: ${counts}.` : 'No mail has failed there.';
    return new PermanentError('reason.unknown', `no failure has the reason "${reason}" (--reason).${hint} ${what}`);
  }
}
