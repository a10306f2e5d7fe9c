import type { Server } from 'node:net';

/**
 * Listens on 127.0.0.1 only: nothing of local mode can be reached from another machine. Port 0 picks a free one.
 *
 * @returns the port
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening, yet without a port');
  return address.port;
}
