import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  directory: string;
  unmount(): Promise<void>;
}

/**
 * Mounts a small file system that fills up soon. Null where mounting is not permitted (it needs root); in CI that
 * throws.
 */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk | null> {
  const directory = await mkdtemp(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory], { stdio: 'ignore' });
  } catch (error) {
    await rm(directory, { recursive: true });
    if (process.env['CI']) throw error;
    return null;
  }
  return {
    directory,
    async unmount() {
      execFileSync('umount', [directory]);
      await rm(directory, { recursive: true });
    },
  };
}
