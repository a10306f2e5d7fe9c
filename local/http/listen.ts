import type { Server } from 'node:net';

export const LOOPBACK = '127.0.0.1' as const;

/**
 * Addresses local mode may listen on. 0.0.0.0 is only for a container whose ports are published on 127.0.0.1, because
 * S3, SQS and the console require no password. Foreign web pages are kept out in any case (loopback-host.ts).
 */
export const LISTEN_ADDRESSES = [LOOPBACK, '0.0.0.0'] as const;
export type ListenAddress = (typeof LISTEN_ADDRESSES)[number];

/** Listens on 127.0.0.1, which no other machine can reach. Port 0 picks a free port. @returns the port */
export const listenOnLoopback = (server: Server, port: number): Promise<number> => listen(server, port, LOOPBACK);

/** Port 0 picks a free port. @returns the port */
export async function listen(server: Server, port: number, listenAddress: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, listenAddress, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening, yet without a port');
  return address.port;
}
