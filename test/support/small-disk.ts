import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  directory: string;
  unmount(): Promise<void>;
}

/** A file system of its own that fills up soon; null where nothing may be mounted (only root may). In CI that throws. */
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
