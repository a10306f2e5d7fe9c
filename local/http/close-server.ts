import type { Server } from 'node:http';

/** Ends it now, with the connections that it has; resolves when its port is free. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
