import * as z from 'zod/mini';
import { forEachSmtpLimit, type SmtpLimits, smtpLimits } from '../mail/smtp-limits.ts';
import { type Environment, EnvReader } from './env.ts';

/** Which recipients of the accepted domains exist, and the route each takes. */
export interface RecipientRule {
  /**
   * `info@example.com`, or `info` in every domain; `*` stands for any characters, so `*@example.com` catches all.
   * Compared without regard to case.
   */
  match: string;
  /** Carried in the envelope; null when the rule only accepts. */
  route: string | null;
}

/** Asks an HTTP service whether a recipient exists. */
export interface RecipientHook {
  /** Gets `?recipient=…&sender=…` appended. 200 accepts, 404 refuses, anything else and silence is 451. */
  url: string;
  deadlineMs: number;
}

/** Where certificate and key come from. `self-signed` makes one at start, for opportunistic TLS. */
export type TlsSource =
  | { kind: 'self-signed' }
  | { kind: 'files'; certificateFile: string; keyFile: string }
  | { kind: 'secret'; secretId: string };

/** What the SMTP edge needs to know. Encoded by `lib` and `local`, decoded by `edge-mta/main.ts`: names stand here once. */
export interface EdgeSettings {
  rawBucket: string;
  /** Host name in the banner, in EHLO and in the trace header. */
  hostname: string;
  /** Address to listen on: 127.0.0.1 unless deployed. */
  listenAddress: string;
  /** 0 picks a free port. */
  smtpPort: number;
  /** HTTP health and metrics. 0 picks a free port. */
  healthPort: number;
  /** Largest mail in bytes, announced with SIZE (RFC 1870). */
  maxMessageBytes: number;
  /** Domains to accept mail for; empty accepts every domain (local mode). */
  domains: readonly string[];
  /** First match wins. Empty accepts every recipient of the domains. */
  recipients: readonly RecipientRule[];
  /** What separates a mailbox from its tag (RFC 5233), such as `+`; null when tags are part of the name. */
  tagSeparator: string | null;
  recipientHook: RecipientHook | null;
  /** Mails with CR or LF alone: refused with 550 (the SMTP smuggling defence), or kept as they are. */
  bareNewlines: 'reject' | 'preserve';
  /** DNS block list zones asked about each client; empty asks none. */
  dnsblZones: readonly string[];
  tls: TlsSource;
  limits: SmtpLimits;
  /** Milliseconds after SIGTERM in which new connections are still served: the balancer may send some. */
  drainDelayMs: number;
  /** Milliseconds after SIGTERM at which the process ends, whatever is still open. */
  drainDeadlineMs: number;
  /** CloudWatch namespace of metrics in EMF on standard output; null prints none. */
  metricsNamespace: string | null;
}

/** Everything but where it runs, as the programs have it when nothing is configured. */
export const EDGE_DEFAULTS = {
  listenAddress: '127.0.0.1',
  smtpPort: 2525,
  healthPort: 8080,
  maxMessageBytes: 40 * 1024 * 1024,
  domains: [],
  recipients: [],
  tagSeparator: '+',
  recipientHook: null,
  bareNewlines: 'reject',
  dnsblZones: [],
  tls: { kind: 'self-signed' },
  limits: smtpLimits(),
  drainDelayMs: 0,
  drainDeadlineMs: 100_000,
  metricsNamespace: null,
} as const satisfies Omit<EdgeSettings, 'rawBucket' | 'hostname'>;

const recipientsSchema = z.array(z.object({ match: z.string(), route: z.nullable(z.string()) }));
const hookSchema = z.nullable(z.object({ url: z.url(), deadlineMs: z.int().check(z.minimum(1)) }));
const tlsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self-signed') }),
  z.object({ kind: z.literal('files'), certificateFile: z.string(), keyFile: z.string() }),
  z.object({ kind: z.literal('secret'), secretId: z.string() }),
]);
const limitsSchema = z.strictObject(
  forEachSmtpLimit((limit) => z.optional(z.int().check(z.minimum(limit.min), z.maximum(limit.max)))),
);

export function encodeEdgeEnvironment(settings: EdgeSettings): Record<string, string> {
  return {
    RAW_BUCKET: settings.rawBucket,
    EDGE_HOSTNAME: settings.hostname,
    LISTEN_ADDRESS: settings.listenAddress,
    SMTP_PORT: String(settings.smtpPort),
    HEALTH_PORT: String(settings.healthPort),
    MAX_MESSAGE_BYTES: String(settings.maxMessageBytes),
    DOMAINS: settings.domains.join(','),
    RECIPIENTS: JSON.stringify(settings.recipients),
    TAG_SEPARATOR: settings.tagSeparator ?? 'none',
    RECIPIENT_HOOK: JSON.stringify(settings.recipientHook),
    BARE_NEWLINES: settings.bareNewlines,
    DNSBL_ZONES: settings.dnsblZones.join(','),
    TLS: JSON.stringify(settings.tls),
    SMTP_LIMITS: JSON.stringify(settings.limits),
    DRAIN_DELAY_MS: String(settings.drainDelayMs),
    DRAIN_DEADLINE_MS: String(settings.drainDeadlineMs),
    METRICS_NAMESPACE: settings.metricsNamespace ?? '',
  };
}

/** @throws PermanentError naming the variable */
export function decodeEdgeEnvironment(env: Environment): EdgeSettings {
  const read = new EnvReader(env);
  const json = <T>(name: string, schema: { parse(value: unknown): T }, fallback: T): T =>
    env[name] ? read.json(name, (value) => schema.parse(value)) : fallback;
  const list = (name: string): string[] => (read.optionalString(name) ?? '').split(',').filter(Boolean);
  const separator = read.optionalString('TAG_SEPARATOR') ?? EDGE_DEFAULTS.tagSeparator;
  return {
    rawBucket: read.string('RAW_BUCKET'),
    hostname: read.string('EDGE_HOSTNAME'),
    listenAddress: read.optionalString('LISTEN_ADDRESS') ?? EDGE_DEFAULTS.listenAddress,
    smtpPort: read.integer('SMTP_PORT', { min: 0, max: 65_535, default: EDGE_DEFAULTS.smtpPort }),
    healthPort: read.integer('HEALTH_PORT', { min: 0, max: 65_535, default: EDGE_DEFAULTS.healthPort }),
    maxMessageBytes: read.integer('MAX_MESSAGE_BYTES', {
      min: 1024,
      max: 500 * 1024 * 1024,
      default: EDGE_DEFAULTS.maxMessageBytes,
    }),
    domains: list('DOMAINS'),
    recipients: json<RecipientRule[]>('RECIPIENTS', recipientsSchema, []),
    tagSeparator: separator === 'none' ? null : separator,
    recipientHook: json<RecipientHook | null>('RECIPIENT_HOOK', hookSchema, null),
    bareNewlines: read.choice('BARE_NEWLINES', ['reject', 'preserve'], EDGE_DEFAULTS.bareNewlines),
    dnsblZones: list('DNSBL_ZONES'),
    tls: json<TlsSource>('TLS', tlsSchema, EDGE_DEFAULTS.tls),
    limits: smtpLimits(json('SMTP_LIMITS', limitsSchema, {})),
    drainDelayMs: read.integer('DRAIN_DELAY_MS', { min: 0, max: 120_000, default: EDGE_DEFAULTS.drainDelayMs }),
    drainDeadlineMs: read.integer('DRAIN_DEADLINE_MS', {
      min: 0,
      max: 120_000,
      default: EDGE_DEFAULTS.drainDeadlineMs,
    }),
    metricsNamespace: read.optionalString('METRICS_NAMESPACE') ?? null,
  };
}
