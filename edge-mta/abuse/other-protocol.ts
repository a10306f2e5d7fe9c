import { REPLIES, type Reply } from '../replies.ts';

/** A PROXY protocol header from a client that is not a configured proxy, which would let it choose its own address. */
const PROXY_HEADER = /^(?:PROXY (?:TCP[46]|UNKNOWN)\b|\r\n\r\n\0)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match control characters
const OTHER_PROTOCOL = /^(?:[A-Z]+ \S+ HTTP\/\d|[\0-\x08\x0e-\x1f])/i;

/**
 * The reply to an HTTP request, a PROXY header, or a control character such as the start of a TLS handshake; else null.
 */
export function otherProtocolReply(text: string): Reply | null {
  if (PROXY_HEADER.test(text)) return REPLIES.proxyRefused;
  return OTHER_PROTOCOL.test(text) ? REPLIES.notSmtp : null;
}
