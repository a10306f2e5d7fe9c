import type { EdgeSettings } from '../core/settings/edge.ts';
import { type EnvelopeAddress, parseAddress, splitPath } from './commands/address.ts';
import { type MailParameters, parseMailParameters } from './commands/mail-parameters.ts';
import type { RecipientLookup } from './policy/recipient-hook.ts';
import type { RecipientDecision, RecipientPolicy } from './policy/recipient-policy.ts';
import { REPLIES, type Reply, replyCode } from './replies.ts';

/** Rules that decide on senders and recipients. */
export interface TransactionRules {
  settings: EdgeSettings;
  policy: RecipientPolicy;
  /** Null without a recipient hook. */
  lookup: RecipientLookup | null;
}

/** Maximum rejected recipients named in the log. */
const MAX_REFUSED = 20;

/** From MAIL to the reply after DATA (RFC 5321 §3.3). */
export class Transaction {
  readonly startedAt = performance.now();
  readonly from: EnvelopeAddress;
  readonly parameters: MailParameters;
  /** Answered 250, in order. */
  readonly recipients: { address: string; route: string | null }[] = [];
  /** Not answered 250. */
  readonly refused: { address: string; reply: string }[] = [];
  readonly #rules: TransactionRules;
  /** RCPT commands answered 250; a repeated recipient counts again. */
  #accepted = 0;

  private constructor(from: EnvelopeAddress, parameters: MailParameters, rules: TransactionRules) {
    this.from = from;
    this.parameters = parameters;
    this.#rules = rules;
  }

  /** MAIL (RFC 5321 §4.1.1.2): a transaction, or the rejecting reply. */
  static open(argument: string, rules: TransactionRules): Transaction | Reply {
    const parts = splitPath(argument, 'FROM', !rules.settings.lenientPaths);
    const from = parts === null ? null : parseAddress(parts.path);
    if (parts === null || from === null) return REPLIES.badSender;
    const parameters = parseMailParameters(parts.parameters, rules.settings.maxMessageBytes);
    if ('code' in parameters) return parameters;
    if (!from.ascii && !parameters.smtpUtf8) return REPLIES.needSmtpUtf8;
    return new Transaction(from, parameters, rules);
  }

  /** RCPT (RFC 5321 §4.1.1.3). Returns a promise only when a service is consulted. */
  recipient(argument: string): Reply | Promise<Reply> {
    const parts = splitPath(argument, 'TO', !this.#rules.settings.lenientPaths);
    const recipient = parts === null ? null : parseAddress(parts.path);
    if (parts === null || recipient === null || recipient.address === '') return REPLIES.badRecipient;
    const decision = this.#decide(recipient, parts.parameters);
    const { lookup } = this.#rules;
    const certain = !decision.accepted || recipient.localPart.toLowerCase() === 'postmaster';
    if (lookup === null || certain) return this.#settle(recipient, decision);
    return lookup(recipient.address, this.from.address).then((reply) =>
      this.#settle(recipient, reply === null ? decision : { accepted: false, reply }),
    );
  }

  #decide(recipient: EnvelopeAddress, parameters: readonly string[]): RecipientDecision {
    const refuse = (reply: Reply): RecipientDecision => ({ accepted: false, reply });
    // No RCPT parameters are announced: DSN (RFC 3461) is for servers that send mail.
    if (parameters.length > 0) return refuse(REPLIES.unknownParameter);
    if (!recipient.ascii && !this.parameters.smtpUtf8) return refuse(REPLIES.needSmtpUtf8);
    if (this.#accepted >= this.#rules.settings.limits.recipientsPerMail) return refuse(REPLIES.tooManyRecipients);
    return this.#rules.policy(recipient);
  }

  /** Accepts a repeated recipient again but lists it once. */
  #settle(recipient: EnvelopeAddress, decision: RecipientDecision): Reply {
    const { address } = recipient;
    if (decision.accepted) {
      this.#accepted++;
      if (!this.#has(recipient)) this.recipients.push({ address, route: decision.route });
      return REPLIES.recipientOk;
    }
    if (this.refused.length < MAX_REFUSED) this.refused.push({ address, reply: replyCode(decision.reply) });
    return decision.reply;
  }

  #has({ address }: EnvelopeAddress): boolean {
    return this.recipients.some((recipient) => recipient.address === address);
  }
}
