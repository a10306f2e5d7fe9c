import type { Socket } from 'node:net';
import { MAX_HEADER_BYTES, type ProxiedClient, type ProxyHeader, readProxyHeader } from './proxy-header.ts';

/** Milliseconds for the whole header. The specification requires at least 3 seconds: one TCP retransmission. */
const DEADLINE_MS = 5_000;

/** Result of waiting for a PROXY header. */
export type Awaited = { client: ProxiedClient | null } | 'invalid' | 'late' | 'aborted' | 'closed';

/**
 * Reads the PROXY header from a connection that must start with one, and leaves the bytes after it in the socket. Reads
 * at most `MAX_HEADER_BYTES` and the chunk in which they end.
 */
export function awaitProxyHeader(socket: Socket, signal: AbortSignal): Promise<Awaited> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const settle = (result: Awaited): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.off('readable', take).off('close', closed).off('error', closed).off('end', closed);
      resolve(result);
    };
    const take = (): void => {
      for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
        read = Buffer.concat([read, chunk]);
        const header: ProxyHeader = readProxyHeader(read);
        if (header === 'partial' && read.length <= MAX_HEADER_BYTES) continue;
        if (typeof header !== 'object') {
          settle('invalid');
          return;
        }
        const rest = read.subarray(header.bytes);
        if (rest.length > 0) socket.unshift(rest);
        settle({ client: header.client });
        return;
      }
    };
    const closed = (): void => settle('closed');
    const aborted = (): void => settle('aborted');
    const timer = setTimeout(() => settle('late'), DEADLINE_MS);
    signal.addEventListener('abort', aborted);
    socket.on('readable', take).on('close', closed).on('error', closed).on('end', closed);
  });
}
