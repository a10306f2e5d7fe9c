import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** What one session may still do before it is ended. Each method returns the last reply once that is spent. */
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

  /** RCPT and DATA carry a mail on, QUIT ends the session; everything else can be repeated without a purpose. */
  command(verb: string): Reply | null {
    if (verb !== 'RCPT' && verb !== 'DATA' && verb !== 'QUIT') this.#junk++;
    return this.#junk > this.#limits.junkCommandsPerSession ? REPLIES.tooMuchJunk : null;
  }

  replied(reply: Pick<Reply, 'code' | 'enhanced'>): Reply | null {
    if (reply.enhanced === REPLIES.tooManyRecipients.enhanced) this.#overshoot++;
    else if (reply.code >= 500) this.#errors++;
    const spent = this.#errors > this.#limits.errorsPerSession || this.#overshoot > this.#limits.recipientOvershoot;
    return spent ? REPLIES.tooManyErrors : null;
  }

  mailAccepted(): void {
    this.#junk = 0;
  }
}
