import { type Enrichment, SES_VERDICTS } from './enrichment-schema.ts';
import { SES_PREFIX } from './keys.ts';
import type { Header, ParsedMail } from './parsed-mail.ts';

/** What Amazon SES reports about a mail that it received, in the trace that it puts in front of it. */
export interface SesTrace {
  /** From the headers: at most one recipient, no port, no TLS details. */
  envelope: NonNullable<ParsedMail['envelope']>;
  /** For `enrichment.ses`. */
  said: NonNullable<Enrichment['ses']>;
}

/**
 * The fields that SES writes, in its order; the last one is always present. The sender's own header begins after it.
 */
const TRACE_FIELDS = [
  'return-path',
  'received',
  'x-ses-spam-verdict',
  'x-ses-virus-verdict',
  'received-spf',
  'authentication-results',
  'x-ses-receipt',
];

/** `from HELO (name [address]) by inbound-smtp.REGION.amazonaws.com with SMTP id ID for RECIPIENT; DATE` */
const RECEIVED =
  /^from (?<helo>\S+) \((?:\S+ )?\[(?<address>[0-9a-f.:]+)\]\)\s+by inbound-smtp\.[a-z0-9-]+\.amazonaws\.com with SMTP id (?<id>\S+?)(?:\s+for (?<recipient>[^;\s]+))?;/i;

/**
 * The trace of SES in front of a mail; null when there is none. A sender can write the same fields into a mail, so the
 * trace is trusted only in an object under `ses/`, which SES alone writes, only before the first field of the sender,
 * and only when it names the object that it is in.
 *
 * @param headers of the mail, in order, unfolded
 */
export function sesTrace(key: string, headers: readonly Header[]): SesTrace | null {
  if (!key.startsWith(SES_PREFIX)) return null;
  const fields = traceFields(headers);
  const received = RECEIVED.exec(fields?.get('received') ?? '')?.groups;
  if (fields === null || received === undefined || received['id'] !== key.slice(SES_PREFIX.length)) return null;
  return {
    envelope: {
      mailFrom: (fields.get('return-path') ?? '').replace(/^<|>$/g, ''),
      rcptTo: received['recipient'] === undefined ? [] : [received['recipient']],
      remoteAddress: received['address'] ?? '',
      remotePort: 0,
      helo: received['helo'] ?? '',
      tls: null,
      smtpUtf8: false,
    },
    said: {
      messageId: received['id'],
      spam: verdictOf(fields.get('x-ses-spam-verdict')),
      virus: verdictOf(fields.get('x-ses-virus-verdict')),
      envelopeFrom: 'headers',
    },
  };
}

/** The fields before those of the sender, each once and in the order of SES; null when they do not end as SES's do. */
function traceFields(headers: readonly Header[]): Map<string, string> | null {
  const fields = new Map<string, string>();
  let next = 0;
  for (const { name, value } of headers) {
    const at = TRACE_FIELDS.indexOf(name.toLowerCase(), next);
    if (at === -1) return null;
    fields.set(name.toLowerCase(), value.trim());
    if (at === TRACE_FIELDS.length - 1) return fields;
    next = at + 1;
  }
  return null;
}

function verdictOf(text: string | undefined): (typeof SES_VERDICTS)[number] | null {
  return SES_VERDICTS.find((verdict) => verdict === text) ?? null;
}
