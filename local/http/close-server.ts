import type { Server } from 'node:http';

/** Closes the server and its connections at once; resolves when its port is free. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
