import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import {
  acceptsTlsReports,
  addressLines,
  type EdgeEndpoint,
  hasTrustedCertificate,
  MTA_STS_PATH,
  mtaStsHost,
  mtaStsHostRecord,
  mtaStsPolicy,
  mtaStsRecord,
  mxRecords,
  recordLine,
  spfRecord,
  tlsReportRecord,
} from '../../core/config/dns-records.ts';
import { loadConfig } from '../../core/config/load-config.ts';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { tlsaRecords } from '../../core/config/tlsa-records.ts';
import { errorText } from '../../core/mail/errors.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command } from '../command.ts';

const options = {
  config: {
    type: 'string',
    value: 'FILE',
    about: 'configuration (default pipeline.config.ts)',
    default: 'pipeline.config.ts',
  },
  target: { type: 'string', value: 'NAME', about: 'name of the load balancer: the output MxTarget of "cdk deploy"' },
  'target-ipv6': {
    type: 'string',
    value: 'NAME',
    about: 'name of the load balancer for IPv6 clients: the output MxTargetIpv6, with fargate.ipv6',
  },
  address: {
    type: 'string',
    value: 'IP',
    about: 'fixed address of a load balancer, IPv4 (fargate.elasticIps) or IPv6; may be repeated',
    multiple: true,
  },
  certificate: {
    type: 'string',
    value: 'FILE',
    about: 'PEM file with the certificates of the edge: adds TLSA records for their keys',
  },
  'mta-sts-target': {
    type: 'string',
    value: 'NAME',
    about: 'host that serves the MTA-STS policy: the output MtaStsTarget of "cdk deploy", with mtaSts',
  },
} as const;

export const dns: Command = {
  summary: 'print the DNS records to publish for your domains',
  usage: {
    synopsis: [
      'dns [--target NAME] [--target-ipv6 NAME] [--address IP]… [--mta-sts-target NAME] [--certificate FILE] [--config FILE]',
    ],
    about: ['Prints the MX, SPF, TLS reporting and MTA-STS records for every configured domain, as zone file lines.'],
    options,
    examples: ['mail-pipeline dns --target mail-edge-0123.elb.eu-west-1.amazonaws.com'],
  },
  async run(args, context) {
    const { values, positionals } = parse(args, options);
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}": dns takes options only`);
    const config = await loadConfig(values.config);
    const domains = config.domains ?? [];
    if (domains.length === 0)
      throw new UsageError(`${values.config} lists no domains, so there is nothing to print: add them to "domains"`);
    const edge = edgeName(config, values.target);
    const policyHost = policyTarget(config, values['mta-sts-target']);
    const addresses = addressLines(config, endpoints(values));
    const dane = values.certificate === undefined ? [] : await tlsa(config, edge, values.certificate);
    const sections = [
      ...(addresses.length > 0 ? [addresses] : []),
      ...(dane.length > 0 ? [dane] : []),
      ...domains.map((domain) => section(config, domain, { edge, policyHost })),
    ];
    await context.out.write(sections.map((lines) => `${lines.join('\n')}\n`).join('\n'));
    return 0;
  },
};

/** @throws UsageError */
function endpoints(values: { address?: string[]; target?: string; 'target-ipv6'?: string }): EdgeEndpoint[] {
  const { address: addresses = [] } = values;
  const wrong = addresses.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new UsageError(`--address "${wrong}": write an IP address such as 192.0.2.1`);
  const of = (family: 4 | 6) => addresses.filter((address) => isIP(address) === family);
  return [
    { family: 'ipv4', addresses: of(4), balancer: values.target ?? null },
    { family: 'ipv6', addresses: of(6), balancer: values['target-ipv6'] ?? null },
  ];
}

/** Null when only SES receives mail. @throws UsageError */
function edgeName(config: PipelineConfig, target: string | undefined): string | null {
  if (config.ingress === 'ses') return null;
  const name = config.fargate.hostname ?? target;
  if (name === undefined) throw new UsageError('give --target: the MxTarget that "cdk deploy" printed');
  return name;
}

/** @throws UsageError */
async function tlsa({ tls }: PipelineConfig, edge: string | null, file: string): Promise<string[]> {
  if (edge === null)
    throw new UsageError('--certificate: only SES receives mail here, so there is no edge to publish TLSA records for');
  if (tls.acm) {
    throw new UsageError(
      '--certificate: tls.acm makes a new key at each renewal, and TLSA records for the old key would then block mail',
    );
  }
  const records = await readFile(file, 'utf8')
    .then((pem) => tlsaRecords(edge, pem))
    .catch((error: unknown) => {
      throw new UsageError(`--certificate "${file}" cannot be read: ${errorText(error)}`);
    });
  if (records.length === 0) throw new UsageError(`--certificate "${file}" contains no PEM certificate`);
  return [
    '; DANE (RFC 7672), only if the zone is signed with DNSSEC. Renew with the same key, or publish the record of a new key two TTLs before you use it.',
    ...records.map(recordLine),
  ];
}

/** Null when the deployment serves no policy. @throws UsageError */
function policyTarget({ mtaSts }: PipelineConfig, target: string | undefined): string | null {
  if (mtaSts === null) return null;
  if (target === undefined)
    throw new UsageError('give --mta-sts-target: the MtaStsTarget that "cdk deploy" printed, because mtaSts is set');
  return target;
}

/** Names and addresses that the records point to. */
interface Targets {
  edge: string | null;
  policyHost: string | null;
}

function section(config: PipelineConfig, domain: string, { edge, policyHost }: Targets): string[] {
  return [
    `; ${domain}`,
    ...mxRecords(config, domain, edge).map(recordLine),
    '; Only if nothing sends mail from this domain (the pipeline never does). Keep an existing SPF record.',
    recordLine(spfRecord(domain)),
    '; Mail servers report TLS failures to this address (RFC 8460). The reports arrive like any other mail.',
    ...(acceptsTlsReports(config, domain)
      ? []
      : ["; smtp.recipients still refuses this address: add { match: 'tls-reports' }."]),
    recordLine(tlsReportRecord(domain)),
    ...mtaSts(config, domain, policyHost),
  ];
}

function mtaSts(config: PipelineConfig, domain: string, policyHost: string | null): string[] {
  if (policyHost === null && !hasTrustedCertificate(config)) {
    return [
      '; No MTA-STS: it needs fargate.hostname and a trusted certificate for that name (tls.acm or tls.secretArn).',
    ];
  }
  const policy = mtaStsPolicy(config);
  const served =
    policyHost === null
      ? [
          `; MTA-STS (RFC 8461). Set mtaSts, or serve this policy at https://${mtaStsHost(domain)}${MTA_STS_PATH} yourself before you add the record:`,
        ]
      : ['; MTA-STS (RFC 8461). After a change of mtaSts deploy first, then change the TXT record. The policy:'];
  return [
    ...served,
    ...policy
      .trimEnd()
      .split('\r\n')
      .map((line) => `;   ${line}`),
    ...(policyHost === null ? [] : [recordLine(mtaStsHostRecord(domain, policyHost))]),
    recordLine(mtaStsRecord(domain, policy)),
  ];
}
