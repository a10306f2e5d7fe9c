import { createServer, type Server } from 'node:net';
import { PermanentError } from '../../core/mail/errors.ts';
import { LOOPBACK, listen } from './listen.ts';

/** Listens on a port. @throws PermanentError `port.taken`, which names the flag to change */
export async function listenOnPort(
  server: Server,
  port: number,
  flag: string,
  listenAddress: string = LOOPBACK,
): Promise<number> {
  try {
    return await listen(server, port, listenAddress);
  } catch (cause) {
    throw unusable(port, listenAddress, flag, cause);
  }
}

/** Checks a port that a child process will listen on, whose own error would come late and name no flag. */
export async function checkPort(port: number, flag: string, listenAddress: string = LOOPBACK): Promise<void> {
  const probe = createServer();
  await listenOnPort(probe, port, flag, listenAddress);
  await new Promise((resolve) => probe.close(resolve));
}

function unusable(port: number, listenAddress: string, flag: string, cause: unknown): PermanentError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${code})`;
  const remedy = `choose another with ${flag} PORT, or ${flag} 0 for a free one`;
  return new PermanentError('port.taken', `port ${port} of ${listenAddress} ${why}: ${remedy}`);
}
