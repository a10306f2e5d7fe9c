import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** Lockfiles of package managers other than npm. */
const OTHER_LOCKFILES = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/**
 * Runs `npm install` in this folder, with its output on standard error. False when it failed, or when the folder
 * belongs to another package manager.
 */
export async function install(signal: AbortSignal): Promise<boolean> {
  if (OTHER_LOCKFILES.some((file) => existsSync(file))) return false;
  const npm = spawn('npm', ['install', '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2], signal });
  try {
    const [code] = await once(npm, 'close');
    return code === 0;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}
