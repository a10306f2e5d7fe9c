import type { Envelope } from '../../core/mail/envelope.ts';
import { type SmtpVerdict, VERDICT_LIMITS } from '../../core/mail/smtp-verdict.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** One mail that is stored and not answered yet. */
export interface Question {
  envelope: Envelope;
  /** Bytes of DATA. */
  size: number;
  /** Where it is stored until the verdict: `traceBytes` of trace header, then the bytes of DATA. */
  held: { bucket: string; key: string; traceBytes: number };
  /** The bytes of DATA; null of a mail too large to be held in memory. */
  message: readonly Buffer[] | null;
}

/** What a service said: either the mail is refused, or this goes with it. */
export type Said = { refusal: Reply; action: string } | { refusal: null; said: SmtpVerdict };

/** @throws when there is no answer that counts */
export type Provider = (question: Question, signal: AbortSignal) => Promise<Said>;

/** A mail that a provider does not look at, by its nature: neither a failure of the service nor a verdict. */
export class NotAsked extends Error {}

/** The longest line of a reply has 512 bytes (RFC 5321 §4.5.3.1.5). */
const MAX_REPLY_TEXT = 400;

/** A reply in the words of a service, or in ours where it has none. */
function replyInWords(reply: Reply, text: string | null): Reply {
  const printable = (text ?? '').replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable === '' ? reply : { ...reply, text: printable.slice(0, MAX_REPLY_TEXT) };
}

export const rejected = (text: string | null): Reply => replyInWords(REPLIES.rejectedByService, text);
export const deferred = (text: string | null): Reply => replyInWords(REPLIES.deferredByService, text);

/** As it may be stored and logged. */
export const bounded = (text: string): string => text.slice(0, VERDICT_LIMITS.textLength);
