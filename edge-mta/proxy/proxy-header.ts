import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { plainAddress } from '../abuse/ip-address.ts';

/** The client that a proxy connected for. */
export interface ProxiedClient {
  address: string;
  port: number;
}

export type ProxyHeader =
  /** More bytes are needed. */
  | 'partial'
  /** Not a PROXY header, or an invalid one. */
  | 'invalid'
  /** `bytes` is the length of the header; `client` is null when the proxy connects for itself or does not know. */
  | { bytes: number; client: ProxiedClient | null };

/** Maximum length of a header in bytes: version 1 has 107; version 2 has, in practice, addresses and a few TLVs. */
export const MAX_HEADER_BYTES = 4_096;

/** Start of a version 2 header; no SMTP line can start like this. */
export const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const V1_PREFIX = Buffer.from('PROXY ');
const V1_MAX_BYTES = 107;
const V1_LINE = /^PROXY (?:UNKNOWN(?: .*)?|(TCP[46]) (\S+) (\S+) (\d+) (\d+))$/;
const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** Version, command, family and length follow the signature. */
const V2_FIXED_BYTES = 16;
/** Bytes of both addresses and both ports. */
const V2_IPV4_BYTES = 12;
const V2_IPV6_BYTES = 36;

/**
 * Parses a PROXY protocol header, version 1 or 2, from the first bytes of a connection (haproxy.org,
 * proxy-protocol.txt, sections 2.1 and 2.2). Skips TLVs.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const begins = (start: Buffer): boolean => {
    const length = Math.min(bytes.length, start.length);
    return bytes.subarray(0, length).equals(start.subarray(0, length));
  };
  if (begins(V2_SIGNATURE)) return readV2(bytes);
  if (begins(V1_PREFIX)) return readV1(bytes);
  return 'invalid';
}

/** One line of ASCII that ends in CRLF. */
function readV1(bytes: Buffer): ProxyHeader {
  const lineFeed = bytes.subarray(0, V1_MAX_BYTES).indexOf(0x0a);
  if (lineFeed === -1) return bytes.length < V1_MAX_BYTES ? 'partial' : 'invalid';
  if (bytes[lineFeed - 1] !== 0x0d) return 'invalid';
  const match = V1_LINE.exec(bytes.toString('latin1', 0, lineFeed - 1));
  if (match === null) return 'invalid';
  const length = lineFeed + 1;
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] = match;
  if (family === undefined) return { bytes: length, client: null };
  const isAddress = family === 'TCP4' ? isIPv4 : isIpv6;
  if (!isAddress(source) || !isAddress(destination)) return 'invalid';
  if (!isPort(sourcePort) || !isPort(destinationPort)) return 'invalid';
  return { bytes: length, client: { address: canonical(source), port: Number(sourcePort) } };
}

/** The system's notation; an IPv4-mapped IPv6 address becomes IPv4. */
const canonical = (address: string): string =>
  plainAddress(new SocketAddress({ address, family: isIPv4(address) ? 'ipv4' : 'ipv6' }).address);

/** Rejects a zone, which is meaningless on another host. */
const isIpv6 = (text: string): boolean => isIPv6(text) && !text.includes('%');

const isPort = (text: string): boolean => PORT.test(text) && Number(text) <= 65_535;

function readV2(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED_BYTES) return 'partial';
  const version = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > MAX_HEADER_BYTES || (version !== 0x20 && version !== 0x21)) return 'invalid';
  if (family >> 4 > 3 || (family & 0xf) > 2) return 'invalid';
  if (bytes.length < length) return 'partial';
  // LOCAL: a health check by the proxy itself; its addresses are ignored.
  if (version === 0x20) return { bytes: length, client: null };
  const addresses = bytes.subarray(V2_FIXED_BYTES, length);
  if (family === 0x11) return clientOf(addresses, length, V2_IPV4_BYTES);
  if (family === 0x21) return clientOf(addresses, length, V2_IPV6_BYTES);
  // UDP, a Unix socket, or unspecified: not an address SMTP can use.
  return { bytes: length, client: null };
}

/** Source and destination address, then source and destination port. */
function clientOf(addresses: Buffer, bytes: number, addressBytes: number): ProxyHeader {
  if (addresses.length < addressBytes) return 'invalid';
  const size = (addressBytes - 4) / 2;
  const source = addresses.subarray(0, size);
  const address = size === 4 ? source.join('.') : (source.toString('hex').match(/.{4}/g) ?? []).join(':');
  return { bytes, client: { address: canonical(address), port: addresses.readUInt16BE(2 * size) } };
}
