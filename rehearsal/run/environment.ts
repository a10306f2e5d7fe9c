/** A change to the environment of a program. Everything else is as in the template. */
export interface Change {
  variable: string;
  to: string;
  why: string;
}

/** Variables with fixed values: no fixed ports, no long waits, and nothing leaves the machine. */
const FIXED: Readonly<Record<string, { to: string; why: string }>> = {
  LISTEN_ADDRESS: { to: '127.0.0.1', why: 'listen on this machine only' },
  SMTP_PORT: { to: '0', why: 'a free port' },
  HEALTH_PORT: { to: '0', why: 'a free port' },
  DRAIN_DELAY_MS: { to: '0', why: 'there is no load balancer to wait for' },
  ALLOW_LOOPBACK: { to: 'true', why: 'stand-ins for external services run on this machine' },
  DNS_SERVERS: { to: '["127.0.0.1:9"]', why: 'no mail may cause DNS queries' },
  RETRY_BASE_SECONDS: { to: '1', why: 'retry within seconds' },
  MIN_AGE_MINUTES: { to: '0', why: 'the reconciler need not wait for mails to age' },
  MAX_ATTEMPTS: { to: '2', why: 'let a mail fail after seconds, not minutes' },
};

/** An HTTP URL outside of AWS: a webhook, a hook or a model. */
const ADDRESS = /\bhttps?:\/\/[^/"\s]+/g;

/** The SQS endpoint of a region, because some queues are named by URL. */
const SQS = /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com$/;

/** Only programs that send mail have it. */
const SENDS = 'SMTP_HOST';

function toEdge(variable: string, smtpPort: number | null): { to: string; why: string } | undefined {
  const why = 'send mail to the edge on this machine';
  if (variable === SENDS) return { to: '127.0.0.1', why };
  return variable === 'SMTP_PORT' ? { to: String(smtpPort ?? 0), why } : undefined;
}

/**
 * Adapts the deployed environment of a program to this machine.
 *
 * @param endpoint URL of AWS
 * @param standIn URL of all external services
 * @param smtpPort port of the edge, for programs that send mail through it; null before it runs
 */
export function adapted(
  deployed: Readonly<Record<string, string>>,
  { endpoint, standIn, smtpPort }: { endpoint: string; standIn: string; smtpPort: number | null },
): { environment: Record<string, string>; changes: Change[] } {
  const changes: Change[] = [];
  const environment = Object.entries(deployed).map(([variable, value]) => {
    const fixed = (SENDS in deployed ? toEdge(variable, smtpPort) : undefined) ?? FIXED[variable];
    const to =
      fixed?.to ??
      value.replace(ADDRESS, (address) => (address === endpoint || SQS.test(address) ? endpoint : standIn));
    if (to !== value) changes.push({ variable, to, why: fixed?.why ?? 'a stand-in replaces an external service' });
    return [variable, to];
  });
  return { environment: Object.fromEntries(environment), changes };
}
