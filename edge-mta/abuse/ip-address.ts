/** A listener for both families reports an IPv4 client as `::ffff:192.0.2.1`. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** The content of an address literal, without brackets (RFC 5321 §4.1.3). */
export const addressLiteral = (address: string): string => (address.includes(':') ? `IPv6:${address}` : address);

/** The eight groups of an IPv6 address in lower case, without leading zeros (the form of RFC 5952). */
export function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}

/**
 * The source a client counts as: its IPv4 address, or the /64 of its IPv6 address, since one host can use all of it.
 */
export function sourceOf(address: string): string {
  return address.includes(':') ? `${ipv6Groups(address).slice(0, 4).join(':')}::/64` : address;
}

/** No client on the internet has such an address; rate limits do not apply to tests and local tools. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
