import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PermanentError } from '../core/mail/errors.ts';

const ATTEMPTS = 5;
const ANSWER_TIMEOUT_MS = 2_000;

/** Exclusive use of the directory until released, or until the program ends in any way. */
export interface DataLock {
  release(): Promise<void>;
}

/**
 * Two programs on one directory would overwrite each other's queues. The lock is a socket that the kernel closes with
 * the process, so `kill -9` leaves no stale lock and no process id has to be guessed. The holder sends its process id
 * to any client that connects.
 *
 * @throws PermanentError `data.in_use`
 */
export async function lockDataDirectory(directory: string): Promise<DataLock> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const address = lockAddress(realpathSync(directory));
  for (let attempt = 1; ; attempt++) {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    if (await listen(server, address)) {
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    const holder = await askHolder(address);
    if (holder !== null || attempt === ATTEMPTS) {
      throw new PermanentError(
        'data.in_use',
        `${directory} is in use by another mail-pipeline (process ${holder ?? 'unknown'}): stop it, or choose another directory with --data`,
      );
    }
    // Nothing answers: the holder has just ended, or left a stale file long ago.
    if (!isAbstract(address)) rmSync(address, { force: true });
  }
}

/**
 * Linux: an abstract name, which has no file and disappears with its socket (unix(7)). Elsewhere: a file in the
 * directory.
 */
function lockAddress(directory: string): string {
  if (process.platform !== 'linux') return join(directory, 'lock');
  return `\0mail-pipeline-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
}

const isAbstract = (address: string): boolean => address.startsWith('\0');

/** False when the address is taken. */
function listen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(address, () => resolve(true));
  });
}

/** The process id of the holder, `unknown` if it is too busy to answer, or null if there is no holder. */
function askHolder(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    connect(address)
      .setEncoding('latin1')
      .setTimeout(ANSWER_TIMEOUT_MS, () => resolve('unknown'))
      .on('data', (text) => {
        answer += text;
      })
      .on('end', () => resolve(answer))
      .on('error', () => resolve(null));
  });
}
