import { createHash } from 'node:crypto';
import { recipientPattern } from '../mail/recipient-pattern.ts';
import { MTA_STS_DEFAULTS } from './mta-sts.ts';
import type { PipelineConfig } from './schema.ts';

/** One record in the form of a zone file. */
export interface DnsRecord {
  name: string;
  type: 'MX' | 'TXT' | 'A' | 'AAAA' | 'CNAME' | 'TLSA';
  value: string;
}

/** Host that receives mail for SES in a region. */
export const sesMxTarget = (region: string): string => `inbound-smtp.${region}.amazonaws.com`;

export const recordLine = ({ name, type, value }: DnsRecord): string => `${name}. ${type} ${value}`;

/**
 * MX records of one domain: the edge first, then SES, where the configuration uses both.
 * @param edge host name of the edge, from the configuration or of its load balancer; null when none is deployed
 */
export function mxRecords(config: PipelineConfig, domain: string, edge: string | null): DnsRecord[] {
  return mxTargets(config, edge).map((target, index) => ({
    name: domain,
    type: 'MX',
    value: `${10 * (index + 1)} ${target}.`,
  }));
}

/** Hosts of those records, most preferred first. */
export function mxTargets(config: PipelineConfig, edge: string | null): string[] {
  const ses = config.ingress === 'fargate' || config.region === null ? null : sesMxTarget(config.region);
  return [edge, ses].filter((target) => target !== null);
}

/** Where clients of one family connect. */
export interface EdgeEndpoint {
  family: 'ipv4' | 'ipv6';
  /** Fixed addresses; empty when there are none, or none is known. */
  addresses: readonly string[];
  /** Name of the load balancer; null when it is not known. */
  balancer: string | null;
}

/**
 * The records of `fargate.hostname`, as lines: its fixed addresses, or else the alias to create. An MX must not point at a
 * CNAME (RFC 2181 §10.3), so a name without fixed addresses needs an alias record, which Route 53 and others offer.
 */
export function addressLines({ fargate, ingress }: PipelineConfig, endpoints: readonly EdgeEndpoint[]): string[] {
  const name = fargate.hostname;
  if (name === null || ingress === 'ses') return [];
  return endpoints
    .filter(({ family }) => family === 'ipv4' || fargate.ipv6)
    .flatMap(({ family, addresses, balancer }) => {
      const type = family === 'ipv4' ? 'A' : 'AAAA';
      if (addresses.length > 0) return addresses.map((value) => recordLine({ name, type, value }));
      if (balancer === null) return [];
      return [`; ${name}. ${type}: make it an alias of ${balancer}. (Route 53), or give it the addresses of that name`];
    });
}

/** SPF of a domain that sends nothing. The pipeline never sends. */
export const spfRecord = (domain: string): DnsRecord => ({ name: domain, type: 'TXT', value: '"v=spf1 -all"' });

/** Mailbox that receives the TLS reports of each domain; the pipeline processes them like any mail. */
const TLS_REPORTS = 'tls-reports';

/** Asks mail servers to report TLS failures by mail (RFC 8460 §3). */
export const tlsReportRecord = (domain: string): DnsRecord => ({
  name: `_smtp._tls.${domain}`,
  type: 'TXT',
  value: `"v=TLSRPTv1; rua=mailto:${TLS_REPORTS}@${domain}"`,
});

/** Whether the recipient rules of the edge accept TLS reports. SES applies no such rules. */
export const acceptsTlsReports = ({ ingress, smtp }: PipelineConfig, domain: string): boolean =>
  ingress === 'ses' ||
  smtp.recipients.length === 0 ||
  smtp.recipients.some(({ match }) => recipientPattern(match)(TLS_REPORTS, domain.toLowerCase()));

/** Whether senders can verify the certificate: SES always has one, the edge when one was configured for its name. */
export const hasTrustedCertificate = ({ ingress, tls, fargate }: PipelineConfig): boolean =>
  ingress === 'ses' || ((tls.secretArn !== null || tls.acm) && fargate.hostname !== null);

/** Host from which senders fetch the policy of a domain (RFC 8461 §3.3). */
export const mtaStsHost = (domain: string): string => `mta-sts.${domain.toLowerCase()}`;

/** @param target host that serves the policies of this deployment */
export const mtaStsHostRecord = (domain: string, target: string): DnsRecord => ({
  name: mtaStsHost(domain),
  type: 'CNAME',
  value: `${target}.`,
});

/** Path under which every policy is served (RFC 8461 §3.3). */
export const MTA_STS_PATH = '/.well-known/mta-sts.txt';

/**
 * The policy (RFC 8461 §3.2), the same for every domain. Its `mx` lines list the MX targets whose certificate can be
 * verified; a load balancer without a host name of your own has none.
 */
export function mtaStsPolicy(config: PipelineConfig): string {
  const { mode, maxAgeSeconds } = config.mtaSts ?? MTA_STS_DEFAULTS;
  const edge = config.ingress === 'ses' ? null : config.fargate.hostname;
  const targets = mxTargets(config, edge).map((target) => `mx: ${target}`);
  return ['version: STSv1', `mode: ${mode}`, ...targets, `max_age: ${maxAgeSeconds}`, ''].join('\r\n');
}

/** Announces the policy. Its id is derived from the policy's text, so it changes only with it (RFC 8461 §3.1). */
export function mtaStsRecord(domain: string, policy: string): DnsRecord {
  const id = createHash('sha256').update(policy).digest('hex').slice(0, 20);
  return { name: `_mta-sts.${domain}`, type: 'TXT', value: `"v=STSv1; id=${id}"` };
}
