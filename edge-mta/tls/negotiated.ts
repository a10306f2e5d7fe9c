import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Envelope } from '../../core/mail/envelope.ts';

/** TLS version and cipher of a connection; null without TLS. Unavailable once the socket is closed. */
export function negotiated(socket: Socket): Envelope['tls'] {
  if (!(socket instanceof TLSSocket)) return null;
  return { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher()?.name ?? 'unknown' };
}
