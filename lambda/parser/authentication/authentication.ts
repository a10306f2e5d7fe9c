import type { AuthResult } from '../../../core/mail/parsed-mail.ts';
import { type AuthRequest, CheckInterrupted, SupervisedChecks } from './supervised-checks.ts';

/** Maximum threads for checking mails alone, about 20 MB each. */
const MAX_ALONE = 3;

/** Share of its deadline for a repeated check, which does not wait for work on other mails. */
const ALONE_SHARE = 1 / 3;

/**
 * Checks mails in one thread. If that must be terminated, because it does not answer or has crashed, each of its mails
 * is checked once more in a thread of its own: only the one that caused it is left without a verdict.
 */
export class Authentication {
  readonly #together: SupervisedChecks;
  readonly #start: () => SupervisedChecks;
  readonly #waiting: (() => void)[] = [];
  #alone = 0;

  constructor(entry: URL, dnsServers: readonly string[]) {
    this.#start = () => new SupervisedChecks(entry, dnsServers);
    this.#together = this.#start();
  }

  /** Starts the thread, so that it loads while the first mail is read. */
  warm(): void {
    this.#together.warm();
  }

  /** @throws AuthenticationStopped, or the error of `open` or `signal` */
  async check(request: AuthRequest): Promise<AuthResult> {
    try {
      return await this.#together.check(request);
    } catch (error) {
      if (error instanceof CheckInterrupted) return this.#checkAlone(request);
      throw error;
    }
  }

  async #checkAlone(request: AuthRequest): Promise<AuthResult> {
    if (this.#alone === MAX_ALONE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#alone += 1;
    const thread = this.#start();
    try {
      return await thread.check({ ...request, deadlineMs: ALONE_SHARE * request.deadlineMs });
    } finally {
      thread.close();
      const next = this.#waiting.shift();
      if (next === undefined) this.#alone -= 1;
      else next();
    }
  }
}
