import { BlockList, isIPv6 } from 'node:net';

/** `::ffff:169.254.169.254`, in any notation: the same as the IPv4 address (RFC 4291 §2.5.5.2). */
const MAPPED = '::ffff:';

/**
 * Addresses without legitimate services, to which an attacker could point a DNS record: the AWS metadata services
 * (169.254.169.254, fd00:ec2::254) and everything else that is link-local, "this host", or multicast.
 */
const FORBIDDEN = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
  // 169.254.0.0/16 behind NAT64 (RFC 6052 §2.1).
  ['64:ff9b::a9fe:0', 112],
]);
const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

export const isLoopback = (address: string): boolean => contains(LOOPBACK, address);

export function isForbidden(address: string, allowLoopback: boolean): boolean {
  return contains(FORBIDDEN, address) || (!allowLoopback && isLoopback(address));
}

function contains(list: BlockList, address: string): boolean {
  const plain = unmapped(address);
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** `URL` writes a mapped address as `::ffff:a9fe:a9fe`, `dns.lookup` as `::ffff:169.254.169.254`. */
function unmapped(address: string): string {
  if (!address.toLowerCase().startsWith(MAPPED)) return address;
  const rest = address.slice(MAPPED.length);
  const words = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i
    .exec(rest)
    ?.slice(1)
    .map((word) => Number.parseInt(word, 16));
  return words === undefined ? rest : words.flatMap((word) => [word >> 8, word & 0xff]).join('.');
}

function blockList(subnets: readonly [address: string, prefix: number][]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}
