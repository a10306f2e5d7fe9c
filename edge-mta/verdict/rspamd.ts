import type { OutgoingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import type { Envelope } from '../../core/mail/envelope.ts';
import { VERDICT_LIMITS } from '../../core/mail/smtp-verdict.ts';
import { post } from './post.ts';
import { bounded, deferred, NotAsked, type Provider, rejected } from './provider.ts';

/** The fields used from the answer of `/checkv2` (rspamd.com/doc/developers/protocol.html). */
const answerSchema = z.object({
  action: z.string(),
  score: z.number(),
  required_score: z.nullish(z.number()),
  is_skipped: z.optional(z.boolean()),
  symbols: z.optional(z.record(z.string(), z.object({ name: z.optional(z.string()), score: z.number() }))),
  /** Rules that reject a mail set `smtp_message`, the text of the reply. */
  messages: z.optional(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())])),
});

type Answer = z.infer<typeof answerSchema>;

/** An rspamd server: its normal worker (port 11333) or its proxy. */
export function rspamd(server: URL): Provider {
  const url = new URL('/checkv2', server);
  return async ({ envelope, message }, signal) => {
    if (message === null) throw new NotAsked('the mail is too large to be scanned during SMTP');
    const parsed = answerSchema.safeParse(await post(url, headersOf(envelope), message, signal));
    if (!parsed.success)
      throw new Error('the answer is not one of /checkv2 of rspamd: is this the port of its worker?');
    const answer = parsed.data;
    const action = bounded(answer.action);
    // A rule that decides alone, such as GTUBE, also skips the others, but that is a verdict. This is not.
    if (answer.is_skipped && action === 'no action') throw new NotAsked('rspamd skipped the mail');
    switch (action) {
      case 'reject':
        return { refusal: rejected(wordsOf(answer)), action };
      case 'greylist':
      case 'soft reject':
        return { refusal: deferred(wordsOf(answer)), action };
      default:
        // Includes "discard", "quarantine" and custom actions: the edge never discards an accepted mail.
        return { refusal: null, said: verdictOf(action, answer) };
    }
  };
}

/** An HTTP header value: no control characters, non-ASCII characters as UTF-8 bytes. */
const headerValue = (text: string): string => Buffer.from(text.replace(/\p{Cc}/gu, '?')).toString('latin1');

function headersOf({ id, remoteAddress, helo, mailFrom, rcptTo, tls }: Envelope): OutgoingHttpHeaders {
  const recipients = rcptTo.map(({ address }) => headerValue(address));
  return {
    'Queue-Id': id,
    IP: remoteAddress,
    Helo: headerValue(helo),
    // An empty header for the null sender would mean that the sender is unknown.
    From: headerValue(`<${mailFrom}>`),
    Rcpt: recipients.map((address) => `<${address}>`),
    ...(recipients.length === 1 ? { 'Deliver-To': recipients[0] } : {}),
    ...(tls === null ? {} : { 'TLS-Version': tls.version, 'TLS-Cipher': headerValue(tls.cipher) }),
  };
}

function wordsOf({ messages }: Answer): string | null {
  const words = messages === undefined || Array.isArray(messages) ? undefined : messages['smtp_message'];
  return typeof words === 'string' ? words : null;
}

function verdictOf(action: string, { score, required_score, symbols = {} }: Answer) {
  const effects = Object.entries(symbols).map(([name, symbol]) => ({ name: bounded(name), score: symbol.score }));
  const largest = effects.sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, VERDICT_LIMITS.symbols);
  return {
    provider: 'rspamd' as const,
    action,
    score,
    requiredScore: required_score ?? null,
    symbols: largest,
    tags: [],
  };
}
