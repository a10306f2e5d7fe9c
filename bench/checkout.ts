import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProgramName } from '../core/build/bundle.ts';
import { UsageError } from '../core/terminal/arguments.ts';

/**
 * The deployed bundle of a program, of this checkout or another one, in a folder. Returns its file.
 *
 * @throws UsageError when the folder is no checkout, or has no packages
 */
export function bundleOf(checkout: string, name: ProgramName, outdir: string): string {
  if (!['core/build/main.ts', 'node_modules'].every((path) => existsSync(join(checkout, path)))) {
    throw new UsageError(`--against is "${checkout}": give a checkout of this project with its packages installed`);
  }
  const args = ['--import', 'tsx', 'core/build/main.ts', name, resolve(outdir)];
  execFileSync(process.execPath, args, { cwd: resolve(checkout) });
  return join(outdir, 'index.mjs');
}
