import {
  type DnsRecord,
  mtaStsHost,
  mtaStsHostRecord,
  mtaStsPolicy,
  mtaStsRecord,
  mxRecords,
  recordLine,
  tlsReportRecord,
} from '../../core/config/dns-records.ts';
import { checkAddresses } from './addresses.ts';
import type { Check } from './check.ts';
import type { Deployed } from './deployed.ts';
import { type DnsAnswers, plain } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

const publish = (...records: DnsRecord[]): string => `publish ${records.map(recordLine).join(' and ')}`;

/**
 * Compares the records that `mail-pipeline dns` prints with DNS. Each name is a separate check, so one failure stops no
 * other.
 */
export function dnsChecks(deployed: Deployed, dns: DnsAnswers): Check[] {
  const { config, outputs } = deployed;
  return [
    { name: 'addresses of the edge', run: () => checkAddresses(deployed, dns) },
    ...(config.domains ?? []).flatMap((domain) => [
      { name: `MX of ${domain}`, run: () => checkMx(deployed, domain, dns) },
      { name: `TLS-RPT of ${domain}`, run: () => checkTlsReports(domain, dns) },
      ...(config.mtaSts === null
        ? []
        : [{ name: `MTA-STS of ${domain}`, run: () => checkMtaSts(deployed, domain, dns) }]),
    ]),
    ...Object.entries(outputs)
      .filter(([name]) => name.startsWith('Verify'))
      .map(([name, records]) => ({ name: `SES records ${name}`, run: () => checkSesRecords(name, records, dns) })),
  ];
}

async function* checkMx({ config, outputs }: Deployed, domain: string, dns: DnsAnswers): AsyncGenerator<Finding> {
  const check = `MX of ${domain}`;
  const edge = config.ingress === 'ses' ? null : (config.fargate.hostname ?? outputs['MxTarget'] ?? null);
  if (edge === null && config.ingress !== 'ses') {
    yield skip(check, 'cannot tell the name of the load balancer: the stack ingress has no outputs');
    return;
  }
  const wanted = mxRecords(config, domain, edge);
  const targets = wanted.map(({ value }) => plain(value.split(' ')[1] ?? ''));
  const found = await dns.mx(domain);
  const shown = found.map(({ priority, exchange }) => `${priority} ${exchange}`).join(', ');
  const missing = wanted.filter((_, index) => !found.some(({ exchange }) => exchange === targets[index]));
  const first = found[0];
  if (first === undefined) {
    yield fail(check, 'there is no such record', publish(...wanted));
  } else if (missing.length > 0) {
    yield fail(check, `it is ${shown}`, publish(...missing));
  } else if (!targets.includes(first.exchange)) {
    const own = found.find(({ exchange }) => targets.includes(exchange));
    // With equal preference, senders choose either one.
    const before = own?.priority === first.priority ? 'as often as' : 'before';
    yield fail(
      check,
      `it is ${shown}: senders try ${first.exchange} ${before} this pipeline`,
      `remove ${first.exchange}, or give it a preference above ${own?.priority}`,
    );
  } else {
    yield ok(check, shown);
  }
}

async function* checkTlsReports(domain: string, dns: DnsAnswers): AsyncGenerator<Finding> {
  const check = `TLS-RPT of ${domain}`;
  const record = tlsReportRecord(domain);
  const found = (await dns.txt(record.name)).filter((text) => /^v=TLSRPTv1\s*(;|$)/.test(text));
  const [only, another] = found;
  if (only === undefined) {
    yield fail(
      check,
      `there is no TXT record of ${record.name}, so senders do not report TLS failures`,
      publish(record),
    );
  } else if (another !== undefined) {
    // RFC 8460 §3.
    yield fail(
      check,
      `there are ${found.length} records, and senders then ignore them all`,
      `keep one TXT record of ${record.name} that starts with v=TLSRPTv1`,
    );
  } else {
    yield ok(check, only);
  }
}

async function* checkMtaSts({ config, outputs }: Deployed, domain: string, dns: DnsAnswers): AsyncGenerator<Finding> {
  const record = mtaStsRecord(domain, mtaStsPolicy(config));
  const found = (await dns.txt(record.name)).filter((text) => /^v=STSv1\s*(;|$)/.test(text));
  const announced = `MTA-STS of ${domain}`;
  const [only, another] = found;
  if (only === undefined) {
    yield fail(
      announced,
      `there is no TXT record of ${record.name}, so senders do not look for the policy`,
      publish(record),
    );
  } else if (another !== undefined) {
    // RFC 8461 §3.1.
    yield fail(
      announced,
      `there are ${found.length} records, and senders then ignore them all`,
      `keep one: ${recordLine(record)}`,
    );
  } else if (idOf(only) !== idOf(record.value)) {
    yield fail(announced, `it is ${only}, so senders keep an older policy`, publish(record));
  } else {
    yield ok(announced, only);
  }
  const host = mtaStsHost(domain);
  const check = `policy host ${host}`;
  const target = outputs['MtaStsTarget'];
  const [alias] = await dns.cname(host);
  const addresses = [...(await dns.a(host)), ...(await dns.aaaa(host))];
  const remedy = target === undefined ? 'deploy the stack mta-sts' : publish(mtaStsHostRecord(domain, target));
  if (addresses.length === 0) {
    yield fail(check, alias === undefined ? 'it has no address' : `${alias} has no address`, remedy);
  } else if (alias !== undefined && target !== undefined && alias !== plain(target)) {
    yield fail(check, `it points to ${alias}`, remedy);
  } else {
    yield ok(check, alias ?? addresses.join(', '));
  }
}

const idOf = (text: string): string | undefined => /\bid=([A-Za-z0-9]+)/.exec(text)?.[1];

/** @param records lines such as `abc._domainkey.example.com. CNAME abc.dkim.amazonses.com.` */
async function* checkSesRecords(output: string, records: string, dns: DnsAnswers): AsyncGenerator<Finding> {
  const lines = records.split('\n').filter((line) => line !== '');
  const missing: string[] = [];
  for (const line of lines) {
    const [name = '', , value = ''] = line.split(/\s+/);
    if (!(await dns.cname(plain(name))).includes(plain(value))) missing.push(line);
  }
  const check = `SES records ${output}`;
  yield missing.length === 0
    ? ok(check, `all ${lines.length} are published`)
    : fail(
        check,
        `${missing.length} of ${lines.length} are missing: SES receives no mail for an unverified domain`,
        `publish ${missing.join(' and ')}`,
      );
}
