import { PermanentError } from '../core/mail/errors.ts';

/** System errors in words; `EEXIST` and `ENOTDIR` mean that a file is where a directory should be. */
const FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
  EISDIR: 'a directory is in the way of a file',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no directory can be created there',
  EIO: 'the disk reports an error',
};

/**
 * Turns an error of writing below the data directory into one that names the flag or variable that set it; returns
 * every other error unchanged.
 *
 * @param chosenWith a flag or a variable
 */
export function namingData(error: unknown, directory: string, chosenWith = '--data'): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const fault = FAULTS[String(error.code)];
  // A failed write to an open file names no path.
  const path = 'path' in error && typeof error.path === 'string' ? error.path : directory;
  const within = path.startsWith(directory) || directory.startsWith(path);
  if (fault === undefined || !within) return error;
  const where = path === directory ? '' : ` (${path})`;
  return new PermanentError(
    'data.unwritable',
    `${chosenWith} ${directory} cannot be written: ${fault}${where}: choose another directory with ${chosenWith}`,
  );
}
