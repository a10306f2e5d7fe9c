/** A number that limits what an SMTP client can consume. `stops` names the attack or the rule behind it. */
export interface SmtpLimit {
  default: number;
  min: number;
  max: number;
  /** What is counted, and in which unit. */
  means: string;
  stops: string;
}

const limit = (bounds: Pick<SmtpLimit, 'default' | 'min' | 'max'>, means: string, stops: string): SmtpLimit => ({
  ...bounds,
  means,
  stops,
});

const KB = 1024;
const MB = 1024 * KB;

/**
 * Every limit of the SMTP edge, defined once: the configuration takes its bounds and defaults from here, the
 * environment its decoder, `docs/smtp.md` its table. All of them apply per task: two tasks admit twice as much.
 *
 * A source is an IPv4 address or an IPv6 /64 (RFC 7707: one host can use any address of its /64).
 */
export const SMTP_LIMITS = {
  maxConnections: limit(
    { default: 1_500, min: 1, max: 60_000 },
    'Open connections of one task, over all sources; above it 421',
    'connection floods: up to 192 KB of memory and a descriptor each',
  ),
  connectionsPerSource: limit(
    { default: 256, min: 1, max: 100_000 },
    'Open connections of one source; above it 421',
    'one host taking every connection',
  ),
  connectionsPerMinute: limit(
    { default: 600, min: 1, max: 1_000_000 },
    'New connections of one source in a minute; above it 421. Loopback is exempt',
    'connect-and-drop floods',
  ),
  messagesPerMinute: limit(
    { default: 1_200, min: 1, max: 1_000_000 },
    'Mails of one source in a minute; above it 451 to MAIL. Loopback is exempt',
    'one host filling the store',
  ),
  errorsPerMinute: limit(
    { default: 120, min: 1, max: 1_000_000 },
    '5xx replies to one source in a minute; above it new connections get 421. Loopback is exempt',
    'address harvesting spread over many connections',
  ),
  errorsPerSession: limit(
    { default: 20, min: 1, max: 10_000 },
    '5xx replies in one session; above it 421',
    'address harvesting, confused clients (Postfix: smtpd_hard_error_limit)',
  ),
  unknownCommandsPerSession: limit(
    { default: 10, min: 1, max: 10_000 },
    'Unknown commands in one session; at this number 421',
    'other protocols spoken at the SMTP port',
  ),
  junkCommandsPerSession: limit(
    { default: 100, min: 1, max: 100_000 },
    'NOOP, RSET, VRFY, HELP, EHLO and MAIL commands in a session since its last accepted mail; above it 421',
    'sessions held open without a purpose',
  ),
  recipientsPerMail: limit(
    { default: 100, min: 1, max: 10_000 },
    'Recipients of one mail, counting repeated ones again; the next gets 452 (RFC 5321 §4.5.3.1.8 requires at least 100)',
    'envelopes of megabytes',
  ),
  recipientOvershoot: limit(
    { default: 1_000, min: 1, max: 100_000 },
    '4xx replies in one session, such as those to RCPT past recipientsPerMail; above it 421',
    'endless RCPT commands',
  ),
  commandLineBytes: limit(
    { default: 4 * KB, min: 1 * KB, max: 64 * KB },
    'Bytes of one command line; above it 421 (RFC 5321 §4.5.3.1.4 requires 512)',
    'an endless line that fills memory',
  ),
  greetDelayMs: limit(
    { default: 0, min: 0, max: 30_000 },
    'Milliseconds before the banner; a client that speaks earlier gets 421. 100 catches clients that do not listen at all, 3,000 and more deters bots. 0 turns it off',
    'clients that do not listen',
  ),
  idleSeconds: limit(
    { default: 300, min: 1, max: 3_600 },
    'Seconds that a client may take for one whole command line (RFC 5321 §4.5.3.2.7 requires 300)',
    'slowloris: single bytes do not extend it',
  ),
  idleSecondsUnderPressure: limit(
    { default: 10, min: 1, max: 3_600 },
    'The same while more than 80 % of maxConnections are open, or the memory of the task is nearly used up',
    'slowloris from many sources (Postfix: stress-adaptive behaviour)',
  ),
  sessionSeconds: limit(
    { default: 1_200, min: 10, max: 86_400 },
    'Maximum duration of a session, seconds: a mail still in DATA gets 421 and is not stored, one being stored gets its reply',
    'sessions held open for ever by a client that keeps to every other limit',
  ),
  dataMinBytesPerSecond: limit(
    { default: 500, min: 0, max: 1 * MB },
    'Bytes a second that DATA must reach, averaged over each dataWindowSeconds',
    'slowloris inside DATA',
  ),
  dataWindowSeconds: limit(
    { default: 30, min: 1, max: 600 },
    'Seconds over which the rate of DATA is averaged',
    'slowloris inside DATA, without cutting a client off for one lost packet',
  ),
  storeDeadlineSeconds: limit(
    { default: 15, min: 1, max: 120 },
    'Seconds to wait for the store; above it 451',
    'clients that time out and resend what is then stored (RFC 5321 §4.5.3.2.6)',
  ),
  inFlightBytes: limit(
    { default: 256 * MB, min: 32 * MB, max: 16 * 1024 * MB },
    'Bytes of mails in memory, received and not yet stored; above it 452. A mail above 16 MB counts as 17 MB, however long',
    'memory exhaustion while the store is slow',
  ),
  receivedHeaders: limit(
    { default: 50, min: 10, max: 1_000 },
    'Received fields of one mail; above it 554 (RFC 5321 §6.3)',
    'mail loops',
  ),
  loopLagMs: limit(
    { default: 250, min: 10, max: 10_000 },
    'Median event-loop delay over a second, milliseconds, above which new connections get 421',
    'accepting more than the CPU can serve',
  ),
} satisfies Record<string, SmtpLimit>;

export type SmtpLimitName = keyof typeof SMTP_LIMITS;
export type SmtpLimits = Readonly<Record<SmtpLimitName, number>>;

/** One value per limit. The cast says what Object.fromEntries cannot: the keys are those of the table. */
export function forEachSmtpLimit<T>(value: (limit: SmtpLimit, name: SmtpLimitName) => T): Record<SmtpLimitName, T> {
  const names = Object.keys(SMTP_LIMITS) as SmtpLimitName[];
  return Object.fromEntries(names.map((name) => [name, value(SMTP_LIMITS[name], name)])) as Record<SmtpLimitName, T>;
}
