import { PermanentError } from '../core/mail/errors.ts';

/** What the system says, in words; `EEXIST` and `ENOTDIR` mean that a file is where a directory should be. */
const FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
  EISDIR: 'a directory is in the way of a file',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no directory can be made there',
  EIO: 'the disk reports an error',
};

/**
 * Names what the user chose the data directory with when an error is one of writing below it; every other error stays as
 * it is.
 *
 * @param chosenWith a flag or a variable
 */
export function namingData(error: unknown, directory: string, chosenWith = '--data'): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const fault = FAULTS[String(error.code)];
  // A write to an open file names none.
  const path = 'path' in error && typeof error.path === 'string' ? error.path : directory;
  const within = path.startsWith(directory) || directory.startsWith(path);
  if (fault === undefined || !within) return error;
  const where = path === directory ? '' : ` (${path})`;
  return new PermanentError(
    'data.unwritable',
    `${chosenWith} ${directory} cannot be written: ${fault}${where}: choose another directory with ${chosenWith}`,
  );
}
