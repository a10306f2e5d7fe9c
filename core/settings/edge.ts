import * as z from 'zod/mini';
import { forEachSmtpLimit } from '../mail/smtp-limits.ts';
import { inVariable, type SettingsOf, settingsCodec } from './codec.ts';

/** Which recipients of the accepted domains exist, and the route each takes. */
const recipientRule = z.object({
  /**
   * `info@example.com`, or `info` in every domain; `*` matches any characters, so `*@example.com` catches all.
   * Case-insensitive.
   */
  match: z.string(),
  /** Carried in the envelope; null when the rule only accepts. */
  route: z.nullable(z.string()),
});

/** An HTTP service that says whether a recipient exists. */
const recipientHook = z.object({
  /** Gets `?recipient=…&sender=…` appended. 200 accepts, 404 refuses; anything else, and silence, means 451. */
  url: z.url(),
  deadlineMs: z.int(),
  /** Seconds to cache 200 and 404. */
  cacheSeconds: z.int(),
});

/** A service that is called for each stored mail, before its 250. */
const dataHook = z.object({
  provider: z.enum(['http', 'rspamd']),
  /** For rspamd only scheme, host and port count. */
  url: z.url(),
  /** To the end of its answer; then `onFailure` applies. */
  deadlineMs: z.int(),
  onFailure: z.enum(['accept', 'defer']),
});

/** Source of certificate and key. `self-signed` creates one at start, for opportunistic TLS. */
const tlsSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self-signed') }),
  z.object({ kind: z.literal('files'), certificateFile: z.string(), keyFile: z.string() }),
  z.object({ kind: z.literal('secret'), secretId: z.string() }),
]);

/** Settings of the SMTP edge. */
export const edgeEnvironment = settingsCodec(
  z.object({
    rawBucket: z.string(),
    /** Host name in the banner, in EHLO and in the trace header. Containers set a HOSTNAME of their own. */
    hostname: inVariable('EDGE_HOSTNAME', z.string()),
    /** Address to listen on: 127.0.0.1 unless deployed. */
    listenAddress: z.string(),
    /** 0 picks a free port. */
    smtpPort: z.int(),
    /** HTTP health and metrics. 0 picks a free port. */
    healthPort: z.int(),
    /** Largest mail in bytes, announced with SIZE (RFC 1870). */
    maxMessageBytes: z.int(),
    /** Domains to accept mail for; empty accepts every domain (local mode). */
    domains: z.array(z.string()),
    /** First match wins. Empty accepts every recipient of the domains. */
    recipients: z.array(recipientRule),
    /** Separates a mailbox from its tag (RFC 5233), such as `+`; null when tags are part of the name. */
    tagSeparator: z.nullable(z.string()),
    recipientHook: z.nullable(recipientHook),
    dataHook: z.nullable(dataHook),
    /** Whether to refuse a sender whose domain's SPF record forbids the client. */
    rejectSpfFail: z.boolean(),
    /** LF without CR in a mail: turned into CRLF, refused with 521 like a bare CR, or kept. */
    bareNewlines: z.enum(['normalize', 'reject', 'preserve']),
    /** Whether the path of MAIL and RCPT may lack its angle brackets. */
    lenientPaths: z.boolean(),
    /** DNS block list zones to query for each client; empty queries none. */
    dnsblZones: z.array(z.string()),
    /** Addresses and CIDR blocks whose connections begin with a PROXY header. */
    proxyProtocolFrom: z.array(z.string()),
    tls: tlsSource,
    /** Memory of the task, bytes: near it new connections are refused. Null when there is no limit. */
    memoryBytes: z.nullable(z.int()),
    limits: inVariable('SMTP_LIMITS', z.strictObject(forEachSmtpLimit(() => z.int()))),
    /** Milliseconds after SIGTERM during which new connections are still served: the load balancer may send some. */
    drainDelayMs: z.int(),
    /** Milliseconds after SIGTERM at which the process ends, whatever is still open. */
    drainDeadlineMs: z.int(),
    /**
     * Where to put one object at start, in the raw bucket: `/ready` says 200 only once the store has accepted it. Null
     * puts none.
     */
    probePrefix: z.nullable(z.string()),
    /** CloudWatch namespace of metrics in EMF on standard output; null prints none. */
    metricsNamespace: z.nullable(z.string()),
  }),
);

export type EdgeSettings = SettingsOf<typeof edgeEnvironment>;
export type RecipientHook = z.infer<typeof recipientHook>;
export type DataHook = z.infer<typeof dataHook>;
export type TlsSource = z.infer<typeof tlsSource>;
