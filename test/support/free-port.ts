import { once } from 'node:events';
import { createServer } from 'node:net';

/** For programs that cannot bind to port 0 and report the port they got. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('it had no port');
  return address.port;
}
