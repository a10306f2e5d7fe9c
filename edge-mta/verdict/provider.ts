import type { Envelope } from '../../core/mail/envelope.ts';
import { type SmtpVerdict, VERDICT_LIMITS } from '../../core/mail/smtp-verdict.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** A mail that is stored but not answered yet. */
export interface Question {
  envelope: Envelope;
  /** Bytes of DATA. */
  size: number;
  /** Where it is stored until the verdict: `traceBytes` bytes of trace header, then the bytes of DATA. */
  held: { bucket: string; key: string; traceBytes: number };
  /** The bytes of DATA; null if the mail is too large to keep in memory. */
  message: readonly Buffer[] | null;
}

/** The answer of a service: a rejection, or a verdict to store with the mail. */
export type Said = { refusal: Reply; action: string } | { refusal: null; said: SmtpVerdict };

/** @throws when there is no valid answer */
export type Provider = (question: Question, signal: AbortSignal) => Promise<Said>;

/** The provider does not examine this kind of mail: neither a failure of the service nor a verdict. */
export class NotAsked extends Error {}

/** A reply line has at most 512 bytes (RFC 5321 §4.5.3.1.5). */
const MAX_REPLY_TEXT = 400;

/** A reply in the words of the service, or in ours if it gives none. */
function replyInWords(reply: Reply, text: string | null): Reply {
  const printable = (text ?? '').replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable === '' ? reply : { ...reply, text: printable.slice(0, MAX_REPLY_TEXT) };
}

export const rejected = (text: string | null): Reply => replyInWords(REPLIES.rejectedByService, text);
export const deferred = (text: string | null): Reply => replyInWords(REPLIES.deferredByService, text);

/** Truncates text for storing and logging. */
export const bounded = (text: string): string => text.slice(0, VERDICT_LIMITS.textLength);
