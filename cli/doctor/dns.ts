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

/** What `mail-pipeline dns` prints, against what DNS answers. Each check of a name is apart: one that fails stops no other. */
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
    yield skip(check, 'the name of the balancer is not known without the outputs of the stack ingress');
    return;
  }
  const wanted = mxRecords(config, domain, edge);
  const targets = wanted.map(({ value }) => plain(value.split(' ')[1] ?? ''));
  const found = await dns.mx(domain);
  const shown = found.map(({ priority, exchange }) => `${priority} ${exchange}`).join(', ');
  const missing = wanted.filter((_, index) => !found.some(({ exchange }) => exchange === targets[index]));
  const first = found[0];
  if (first === undefined) {
    yield fail(check, 'there is none', publish(...wanted));
  } else if (missing.length > 0) {
    yield fail(check, `it is ${shown}`, publish(...missing));
  } else if (!targets.includes(first.exchange)) {
    const own = found.find(({ exchange }) => targets.includes(exchange));
    // The same number means that senders choose one of the two.
    const before = own?.priority === first.priority ? 'as often as' : 'before';
    yield fail(
      check,
      `it is ${shown}: senders try ${first.exchange} ${before} this pipeline`,
      `remove ${first.exchange}, or give it a number above ${own?.priority}`,
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
      `there is no TXT record of ${record.name}, so senders do not report failures of TLS`,
      publish(record),
    );
  } else if (another !== undefined) {
    // RFC 8460 §3.
    yield fail(
      check,
      `there are ${found.length} records, and senders then take none`,
      `leave one TXT record of ${record.name} that begins with v=TLSRPTv1`,
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
      `there are ${found.length} records, and senders then take none`,
      `leave one: ${recordLine(record)}`,
    );
  } else if (idOf(only) !== idOf(record.value)) {
    yield fail(announced, `it is ${only}: senders keep an older policy`, publish(record));
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
    yield fail(check, `it points at ${alias}`, remedy);
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
    ? ok(check, `${lines.length} of ${lines.length} are there`)
    : fail(
        check,
        `${missing.length} of ${lines.length} are missing: SES receives no mail for a domain that is not proven`,
        `publish ${missing.join(' and ')}`,
      );
}
