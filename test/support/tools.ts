import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian installs administration programs; not on every user's PATH. */
const ALSO = ['/usr/sbin', '/sbin'];

/**
 * For `describe.skipIf` and a title: an empty string if these programs are installed, else the reason to skip. Always
 * empty in CI, where a missing program fails the tests.
 */
export function missingTools(...names: string[]): string {
  const missing = process.env['CI'] ? [] : names.filter((name) => toolPath(name) === null);
  return missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not installed)`;
}

/** Full path of a program; null if it is not installed. */
export function toolPath(name: string): string | null {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO];
  return directories.map((directory) => join(directory, name)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
