import type { Deployed } from './deployed.ts';
import type { DnsAnswers } from './dns-answers.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

/** One address family of the name that MX records point to. */
interface Family {
  type: 'A' | 'AAAA';
  /** Name of the load balancer that serves it; undefined when unknown. */
  balancer: string | undefined;
  ask: (name: string) => Promise<string[]>;
}

/** The edge's name must resolve to the load balancers and to nothing else. */
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
      yield skip(check, 'cannot tell the load balancer: the stack ingress has no outputs');
    } else if (own.length === 0) {
      yield fail(`${type} of ${balancer}`, 'the load balancer has no address', 'deploy the stack ingress again');
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
      `it is an alias of ${alias}, and an MX record must not point to an alias (RFC 2181 §10.3)`,
      'replace it with address records, or with an alias record of Route 53',
    );
  }
  const unserved = ipv6 ? [] : await dns.aaaa(hostname);
  if (unserved.length > 0) {
    yield fail(
      `AAAA of ${hostname}`,
      `it is ${unserved.join(', ')}, which is not a load balancer of this pipeline`,
      'remove the record, or set fargate.ipv6',
    );
  }
}

function compared(check: string, found: string[], own: string[], remedy: string): Finding {
  if (found.length === 0) return fail(check, 'there is no such record', remedy);
  const foreign = found.filter((address) => !own.includes(address));
  if (foreign.length > 0) return fail(check, `${foreign.join(', ')} is not an address of the load balancer`, remedy);
  return ok(check, found.join(', '));
}
