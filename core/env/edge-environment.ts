import { type Environment, EnvReader } from './env.ts';

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
  domains: string[];
}

export function encodeEdgeEnvironment(settings: EdgeSettings): Record<string, string> {
  return {
    RAW_BUCKET: settings.rawBucket,
    EDGE_HOSTNAME: settings.hostname,
    LISTEN_ADDRESS: settings.listenAddress,
    SMTP_PORT: String(settings.smtpPort),
    HEALTH_PORT: String(settings.healthPort),
    MAX_MESSAGE_BYTES: String(settings.maxMessageBytes),
    DOMAINS: settings.domains.join(','),
  };
}

/** @throws PermanentError naming the variable */
export function decodeEdgeEnvironment(env: Environment): EdgeSettings {
  const read = new EnvReader(env);
  return {
    rawBucket: read.string('RAW_BUCKET'),
    hostname: read.string('EDGE_HOSTNAME'),
    listenAddress: read.optionalString('LISTEN_ADDRESS') ?? '127.0.0.1',
    smtpPort: read.integer('SMTP_PORT', { min: 0, max: 65_535, default: 2525 }),
    healthPort: read.integer('HEALTH_PORT', { min: 0, max: 65_535, default: 8080 }),
    maxMessageBytes: read.integer('MAX_MESSAGE_BYTES', {
      min: 1024,
      max: 500 * 1024 * 1024,
      default: 40 * 1024 * 1024,
    }),
    domains: (read.optionalString('DOMAINS') ?? '').split(',').filter(Boolean),
  };
}
