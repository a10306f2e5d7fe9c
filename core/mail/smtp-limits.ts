/** A number that bounds what an SMTP client can take. `stops` names the attack or the rule behind it. */
export interface SmtpLimit {
  default: number;
  min: number;
  max: number;
  /** What is counted and in which unit. */
  means: string;
  stops: string;
}

const KB = 1024;
const MB = 1024 * KB;

/**
 * Every limit of the SMTP edge, once: the configuration takes its bounds and defaults from here, the environment its
 * decoder, `docs/smtp.md` its table. All of them hold for one task: two tasks admit twice as much.
 *
 * A source is an IPv4 address or an IPv6 /64 (RFC 7707: one host can use any address of its /64).
 */
export const SMTP_LIMITS = {
  maxConnections: {
    default: 12_000,
    min: 1,
    max: 100_000,
    means: 'Open connections of one task, all sources together; above it 421',
    stops: 'connection floods: 10 KB of memory and a descriptor each',
  },
  connectionsPerSource: {
    default: 256,
    min: 1,
    max: 100_000,
    means: 'Open connections of one source; above it 421',
    stops: 'one host taking every connection',
  },
  connectionsPerMinute: {
    default: 600,
    min: 1,
    max: 1_000_000,
    means: 'New connections of one source in a minute; above it 421. Loopback is exempt',
    stops: 'connect-and-drop floods',
  },
  messagesPerMinute: {
    default: 1_200,
    min: 1,
    max: 1_000_000,
    means: 'Mails of one source in a minute; above it 451 to MAIL. Loopback is exempt',
    stops: 'one host filling the store',
  },
  errorsPerMinute: {
    default: 120,
    min: 1,
    max: 1_000_000,
    means: '5xx replies to one source in a minute; above it new connections get 421. Loopback is exempt',
    stops: 'address harvesting spread over many connections',
  },
  errorsPerSession: {
    default: 20,
    min: 1,
    max: 10_000,
    means: '5xx replies in one session; above it 421',
    stops: 'address harvesting, confused clients (Postfix: smtpd_hard_error_limit)',
  },
  unknownCommandsPerSession: {
    default: 10,
    min: 1,
    max: 10_000,
    means: 'Unknown commands in one session; at this number 421',
    stops: 'other protocols spoken at the SMTP port',
  },
  junkCommandsPerSession: {
    default: 100,
    min: 1,
    max: 100_000,
    means: 'NOOP, RSET, VRFY, HELP, EHLO and MAIL commands in a session since its last accepted mail; above it 421',
    stops: 'sessions that are held without a purpose',
  },
  recipientsPerMail: {
    default: 100,
    min: 1,
    max: 10_000,
    means: 'Recipients of one mail; the next gets 452 (RFC 5321 §4.5.3.1.8 asks for at least 100)',
    stops: 'envelopes of megabytes',
  },
  recipientOvershoot: {
    default: 1_000,
    min: 1,
    max: 100_000,
    means: 'RCPT commands past recipientsPerMail in one session; above it 421',
    stops: 'endless RCPT commands',
  },
  commandLineBytes: {
    default: 4 * KB,
    min: 1 * KB,
    max: 64 * KB,
    means: 'Bytes of one command line; above it 421 (RFC 5321 §4.5.3.1.4 asks for 512)',
    stops: 'a line without an end that fills memory',
  },
  greetDelayMs: {
    default: 0,
    min: 0,
    max: 30_000,
    means:
      'Milliseconds before the banner; a client that speaks earlier gets 421. 100 finds who does not listen at all, 3,000 and more deters bots. 0 is off',
    stops: 'clients that do not listen',
  },
  idleSeconds: {
    default: 300,
    min: 1,
    max: 3_600,
    means: 'Seconds a client may take for one whole command line (RFC 5321 §4.5.3.2.7 asks for 300)',
    stops: 'slowloris: single bytes do not extend it',
  },
  idleSecondsUnderPressure: {
    default: 10,
    min: 1,
    max: 3_600,
    means: 'The same while more than 80 % of maxConnections are open',
    stops: 'slowloris from many sources (Postfix: stress-adaptive behaviour)',
  },
  sessionSeconds: {
    default: 1_200,
    min: 10,
    max: 86_400,
    means: 'Seconds a session may last in all; a mail being stored still gets its reply',
    stops: 'sessions held open for ever by a client that keeps to every other limit',
  },
  dataMinBytesPerSecond: {
    default: 500,
    min: 0,
    max: 1 * MB,
    means: 'Bytes a second that DATA must reach, averaged over each dataWindowSeconds',
    stops: 'slowloris inside DATA',
  },
  dataWindowSeconds: {
    default: 30,
    min: 1,
    max: 600,
    means: 'Seconds over which the rate of DATA is averaged',
    stops: 'slowloris inside DATA, without cutting a client off for one lost packet',
  },
  storeDeadlineSeconds: {
    default: 15,
    min: 1,
    max: 120,
    means: 'Seconds that the store may keep a mail waiting; above it 451',
    stops: 'clients that give up and send again what is then stored (RFC 5321 §4.5.3.2.6)',
  },
  inFlightBytes: {
    default: 256 * MB,
    min: 32 * MB,
    max: 16 * 1024 * MB,
    means:
      'Bytes of mails in memory, received and not yet stored; above it 452. A mail above 16 MB counts as 17 MB, however long',
    stops: 'memory exhaustion while the store is slow',
  },
  receivedHeaders: {
    default: 50,
    min: 10,
    max: 1_000,
    means: 'Received fields of one mail; above it 554 (RFC 5321 §6.3)',
    stops: 'mail loops',
  },
  loopLagMs: {
    default: 250,
    min: 10,
    max: 10_000,
    means: 'Median event-loop delay over a second, milliseconds, above which new connections get 421',
    stops: 'accepting more than the processor can serve',
  },
} as const satisfies Record<string, SmtpLimit>;

export type SmtpLimitName = keyof typeof SMTP_LIMITS;
export type SmtpLimits = Readonly<Record<SmtpLimitName, number>>;

/** One value for each limit. The cast says what Object.fromEntries cannot: the keys are those of the table. */
export function forEachSmtpLimit<T>(value: (limit: SmtpLimit, name: SmtpLimitName) => T): Record<SmtpLimitName, T> {
  const names = Object.keys(SMTP_LIMITS) as SmtpLimitName[];
  return Object.fromEntries(names.map((name) => [name, value(SMTP_LIMITS[name], name)])) as Record<SmtpLimitName, T>;
}
