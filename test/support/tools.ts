import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps programs for administrators; not on everybody's path. */
const ALSO = ['/usr/sbin', '/sbin'];

/**
 * For `describe.skipIf` and a title: empty when these programs are installed, else why the tests are skipped. In CI
 * it is empty as well: a missing program fails there.
 */
export function missingTools(...names: string[]): string {
  const missing = process.env['CI'] ? [] : names.filter((name) => toolPath(name) === null);
  return missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not installed)`;
}

/** The whole path of a program; null when it is not installed. */
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
