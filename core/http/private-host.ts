import { BlockList, isIP, isIPv6 } from 'node:net';

/** RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE = new BlockList();
for (const [address, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
] as const) {
  PRIVATE.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Names outside public DNS (RFC 6762 appendix G; `internal` is reserved by ICANN; single labels), and AWS names that
 * resolve to private addresses: internal load balancers and interface endpoints.
 */
const PRIVATE_NAME =
  /^[^.]+$|\.(internal|intranet|private|corp|home|lan|local|home\.arpa)$|^internal-.*\.elb(\.[^.]+)*\.amazonaws\.com(\.cn)?$|\.vpce\.amazonaws\.com(\.cn)?$/;

/**
 * Whether a host is reachable only from inside a network: a private address, or a name that resolves to one.
 *
 * @param host as in `URL`: lower case, IPv6 without brackets
 */
export function isPrivateHost(host: string): boolean {
  const version = isIP(host);
  if (version !== 0) return PRIVATE.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return PRIVATE_NAME.test(host.replace(/\.$/, ''));
}
