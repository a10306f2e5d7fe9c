import { BlockList, isIPv6 } from 'node:net';

/** Whether a connection comes from one of the proxies. */
export type ProxyNetworks = (address: string) => boolean;

/** @param networks addresses and CIDR blocks, IPv4 or IPv6 */
export function proxyNetworks(networks: readonly string[]): ProxyNetworks {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => list.check(address, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
