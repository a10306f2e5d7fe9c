import type { Deployed } from './deployed.ts';
import type { DnsAnswers } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

/** One address family of the name that MX records point at. */
interface Family {
  type: 'A' | 'AAAA';
  /** Name of the balancer that serves it; undefined when it is not known. */
  balancer: string | undefined;
  ask: (name: string) => Promise<string[]>;
}

/** The name of the edge has to lead to the balancers, and to them alone. */
export async function* checkAddresses({ config, outputs }: Deployed, dns: DnsAnswers): AsyncGenerator<Finding> {
  if (config.ingress === 'ses') return;
  const { hostname, ipv6 } = config.fargate;
  const families: Family[] = [
    { type: 'A', balancer: outputs['MxTarget'], ask: dns.a },
    ...(ipv6 ? [{ type: 'AAAA' as const, balancer: outputs['MxTargetIpv6'], ask: dns.aaaa }] : []),
  ];
  for (const { type, balancer, ask } of families) {
    const own = balancer === undefined ? [] : await ask(balancer);
    const check = `${type} of ${hostname ?? balancer ?? 'the balancer'}`;
    if (balancer === undefined) {
      yield skip(check, 'the balancer is not known without the outputs of the stack ingress');
    } else if (own.length === 0) {
      yield fail(`${type} of ${balancer}`, 'the balancer has no address', 'deploy the stack ingress again');
    } else if (hostname === null) {
      yield ok(check, own.join(', '));
    } else {
      yield compared(
        check,
        await ask(hostname),
        own,
        `publish "${hostname}. ${type}" as an alias record of ${balancer}., or with its addresses (${own.join(', ')})`,
      );
    }
  }
  if (hostname === null) return;
  const [alias] = await dns.cname(hostname);
  if (alias !== undefined) {
    yield fail(
      `CNAME of ${hostname}`,
      `it is an alias of ${alias}, and an MX record may not point at one (RFC 2181 §10.3)`,
      'publish address records, or an alias record of Route 53, in its place',
    );
  }
  const unserved = ipv6 ? [] : await dns.aaaa(hostname);
  if (unserved.length > 0) {
    yield fail(
      `AAAA of ${hostname}`,
      `it is ${unserved.join(', ')}, where no balancer of this pipeline answers`,
      'remove the record, or set fargate.ipv6',
    );
  }
}

function compared(check: string, found: string[], own: string[], remedy: string): Finding {
  if (found.length === 0) return fail(check, 'there is none', remedy);
  const foreign = found.filter((address) => !own.includes(address));
  if (foreign.length > 0) return fail(check, `${foreign.join(', ')} is no address of the balancer`, remedy);
  return ok(check, found.join(', '));
}
