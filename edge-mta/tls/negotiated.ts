import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Envelope } from '../../core/mail/envelope.ts';

/** Version and cipher of a connection; null in the clear. A socket that is closed does not know any more. */
export function negotiated(socket: Socket): Envelope['tls'] {
  if (!(socket instanceof TLSSocket)) return null;
  return { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher()?.name ?? 'unknown' };
}
