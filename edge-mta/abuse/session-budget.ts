import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** What a session may still do before it is ended. Each method returns the final reply once the budget is spent. */
export class SessionBudget {
  readonly #limits: SmtpLimits;
  #errors = 0;
  #unknown = 0;
  #junk = 0;
  #overshoot = 0;

  constructor(limits: SmtpLimits) {
    this.#limits = limits;
  }

  unknownCommand(): Reply | null {
    this.#unknown++;
    return this.#unknown >= this.#limits.unknownCommandsPerSession ? REPLIES.tooManyUnknown : null;
  }

  /** RCPT and DATA make progress with a mail and QUIT ends the session; everything else can be repeated pointlessly. */
  command(verb: string): Reply | null {
    if (verb !== 'RCPT' && verb !== 'DATA' && verb !== 'QUIT') this.#junk++;
    return this.#junk > this.#limits.junkCommandsPerSession ? REPLIES.tooMuchJunk : null;
  }

  /** Counts 4xx separately: a well-behaved client may get many of them, but not without limit. */
  replied({ code }: Pick<Reply, 'code'>): Reply | null {
    if (code >= 500) this.#errors++;
    else if (code >= 400) this.#overshoot++;
    const spent = this.#errors > this.#limits.errorsPerSession || this.#overshoot > this.#limits.recipientOvershoot;
    return spent ? REPLIES.tooManyErrors : null;
  }

  mailAccepted(): void {
    this.#junk = 0;
  }
}
