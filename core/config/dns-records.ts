import { createHash } from 'node:crypto';
import type { PipelineConfig } from './schema.ts';

/** One record, as a zone file has it. */
export interface DnsRecord {
  name: string;
  type: 'MX' | 'TXT' | 'A' | 'AAAA';
  value: string;
}

/** Where SES takes mail in a region. */
export const sesMxTarget = (region: string): string => `inbound-smtp.${region}.amazonaws.com`;

export const recordLine = ({ name, type, value }: DnsRecord): string => `${name}. ${type} ${value}`;

/**
 * MX records of one domain: the edge first, SES behind it where both are doors.
 *
 * @param edge name of the balancer or of the configuration; null when no balancer is deployed
 */
export function mxRecords(config: PipelineConfig, domain: string, edge: string | null): DnsRecord[] {
  return mxTargets(config, edge).map((target, index) => ({
    name: domain,
    type: 'MX',
    value: `${10 * (index + 1)} ${target}.`,
  }));
}

function mxTargets(config: PipelineConfig, edge: string | null): string[] {
  const ses = config.ingress === 'fargate' || config.region === null ? null : sesMxTarget(config.region);
  return [edge, ses].filter((target) => target !== null);
}

/** Where clients of one family connect. */
export interface Door {
  family: 'ipv4' | 'ipv6';
  /** Fixed addresses; empty when there are none, or none is known. */
  addresses: readonly string[];
  /** Name of the balancer; null when it is not known. */
  balancer: string | null;
}

/**
 * The records of a host name of one's own, as lines: its fixed addresses, or else what to alias. An MX may not point at a
 * CNAME (RFC 2181 §10.3), so a name without fixed addresses needs an alias record, which Route 53 and others have.
 */
export function addressLines({ fargate, ingress }: PipelineConfig, doors: readonly Door[]): string[] {
  const name = fargate.hostname;
  if (name === null || ingress === 'ses') return [];
  return doors
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

/** Asks mail servers to report failures of TLS by mail (RFC 8460 §3). */
export const tlsReportRecord = (domain: string): DnsRecord => ({
  name: `_smtp._tls.${domain}`,
  type: 'TXT',
  value: `"v=TLSRPTv1; rua=mailto:tls-reports@${domain}"`,
});

/** Whether mail servers can check the certificate they meet: SES has one, the edge when it was given one for its name. */
export const hasTrustedCertificate = ({ ingress, tls, fargate }: PipelineConfig): boolean =>
  ingress === 'ses' || (tls.secretArn !== null && fargate.hostname !== null);

/** The file that `https://mta-sts.<domain>/.well-known/mta-sts.txt` has to serve (RFC 8461 §3.2). */
export function mtaStsPolicy(config: PipelineConfig, edge: string | null): string {
  const lines = ['version: STSv1', 'mode: testing', ...mxTargets(config, edge).map((target) => `mx: ${target}`)];
  return `${[...lines, 'max_age: 604800'].join('\r\n')}\r\n`;
}

/** Says that there is a policy; its id changes with the policy (RFC 8461 §3.1). */
export function mtaStsRecord(domain: string, policy: string): DnsRecord {
  const id = createHash('sha256').update(policy).digest('hex').slice(0, 20);
  return { name: `_mta-sts.${domain}`, type: 'TXT', value: `"v=STSv1; id=${id}"` };
}
