import { createServer } from 'node:net';

/** The usual port when it is free on 127.0.0.1, otherwise 0, which lets the system choose. */
export function usualOrFreePort(usual: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(usual, '127.0.0.1', () => probe.close(() => resolve(usual)));
  });
}
