import { open } from 'node:fs/promises';

/** Syncs the entries of a directory to disk: without that, a new or renamed file does not survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
