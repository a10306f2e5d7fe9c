import type { ParsedMail } from '../mail/parsed-mail.ts';
import { DOCUMENT_PROCESS_LIMITS } from './limits.ts';

/** Number of mails to keep a budget for: a function works on a few at a time. */
const MAILS = 100;

/** CPU time that the documents of one mail may use, in this process. */
export class CpuBudget {
  readonly #limitMs: number;
  #spentMs = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  spend(ms: number): void {
    this.#spentMs += ms;
  }

  get isSpent(): boolean {
    return this.#spentMs >= this.#limitMs;
  }

  get reason(): string {
    return `the documents of this mail took more than ${this.#limitMs / 1000} s of CPU time`;
  }
}

/** The budgets of the mails in progress. Documents of one mail are opened concurrently. */
export class CpuBudgets {
  readonly #limitMs: number;
  readonly #byMail = new Map<string, CpuBudget>();

  constructor(limitMs: number = DOCUMENT_PROCESS_LIMITS.mailCpuMs) {
    this.#limitMs = limitMs;
  }

  of({ id, revision }: Pick<ParsedMail, 'id' | 'revision'>): CpuBudget {
    const key = `${id} ${revision}`;
    const budget = this.#byMail.get(key) ?? new CpuBudget(this.#limitMs);
    this.#byMail.set(key, budget);
    const oldest = this.#byMail.size > MAILS ? this.#byMail.keys().next().value : undefined;
    if (oldest !== undefined) this.#byMail.delete(oldest);
    return budget;
  }
}
