/** What a rehearsal changes in the environment of a program. Everything else is as the template says. */
export interface Change {
  variable: string;
  to: string;
  why: string;
}

/** Variables with a value of their own: no port of this machine is taken, nobody waits, nothing leaves the machine. */
const FIXED: Readonly<Record<string, { to: string; why: string }>> = {
  LISTEN_ADDRESS: { to: '127.0.0.1', why: 'nothing listens but for this machine' },
  SMTP_PORT: { to: '0', why: 'a free port' },
  HEALTH_PORT: { to: '0', why: 'a free port' },
  DRAIN_DELAY_MS: { to: '0', why: 'there is no balancer to wait for' },
  ALLOW_LOOPBACK: { to: 'true', why: 'services of others are stood in for on this machine' },
  DNS_SERVERS: { to: '["127.0.0.1:9"]', why: 'no mail makes this machine ask the DNS' },
  RETRY_BASE_SECONDS: { to: '1', why: 'attempts follow one another in seconds' },
  MIN_AGE_MINUTES: { to: '0', why: 'the reconciler does not wait for mails to age' },
  MAX_ATTEMPTS: { to: '2', why: 'a mail fails after seconds, not minutes' },
};

/** An address on the web that is none of AWS: a webhook, a hook, a model. */
const ADDRESS = /\bhttps?:\/\/[^/"\s]+/g;

/** SQS in a region: some queues are named by their URL. */
const SQS = /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com$/;

/** Only a program that sends mail has it. */
const SENDS = 'SMTP_HOST';

function toEdge(variable: string, smtpPort: number | null): { to: string; why: string } | undefined {
  const why = 'mail goes to the edge of this machine';
  if (variable === SENDS) return { to: '127.0.0.1', why };
  return variable === 'SMTP_PORT' ? { to: String(smtpPort ?? 0), why } : undefined;
}

/**
 * The environment that a program gets in place of the deployed one.
 *
 * @param endpoint where AWS is
 * @param standIn where every service of others is
 * @param smtpPort of the edge, for a program that sends mail through it; null before it runs
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
    if (to !== value) changes.push({ variable, to, why: fixed?.why ?? 'a service of others is stood in for' });
    return [variable, to];
  });
  return { environment: Object.fromEntries(environment), changes };
}
