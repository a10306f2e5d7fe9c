import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from './sync-directory.ts';

/** A file with damaged parts of another one. It stays until someone deletes it. */
export interface SetAside {
  file: string;
  bytes: number;
}

const MARK = '.damaged-';

/** Writes unreadable parts of a file into a file beside it; they are on disk when this resolves. */
export async function setAside(damaged: string, parts: readonly Uint8Array[]): Promise<void> {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '');
  const file = await open(`${damaged}${MARK}${time}`, 'wx', 0o600);
  try {
    await file.writeFile(Buffer.concat(parts));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(damaged));
}

/** The set-aside files in a directory. */
export async function listSetAside(directory: string): Promise<SetAside[]> {
  const names = (await readdir(directory)).filter((name) => name.includes(MARK)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      return { file, bytes: (await stat(file)).size };
    }),
  );
}
