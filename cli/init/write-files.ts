import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { REPOSITORY } from '../../core/mail/schema-url.ts';

/** @throws PermanentError `file.exists`, because nothing is overwritten */
export function refuseExisting(names: readonly string[]): void {
  const existing = names.filter((name) => existsSync(name));
  if (existing.length === 0) return;
  throw new PermanentError(
    'file.exists',
    `${existing.join(', ')} ${existing.length === 1 ? 'exists' : 'exist'} here, and init overwrites no files: move ${existing.length === 1 ? 'it' : 'them'} away, or run init in another folder. In your own CDK app use the construct MailPipeline (${REPOSITORY}/blob/main/docs/construct.md)`,
  );
}

/**
 * Writes either all of the files or none.
 *
 * @param files contents of the new files, by name
 * @param manifest new content of package.json
 * @throws PermanentError `file.unwritable`, `file.exists`
 */
export async function writeFiles(files: Readonly<Record<string, string>>, manifest: string): Promise<void> {
  const written: string[] = [];
  const temporary = `package.json.${process.pid}`;
  try {
    for (const [name, text] of Object.entries(files)) {
      // Exclusive: does not overwrite a file created in the meantime either.
      await writeFile(name, text, { flag: 'wx' });
      written.push(name);
    }
    await writeFile(temporary, manifest, { flag: 'wx' });
    written.push(temporary);
    await rename(temporary, 'package.json');
  } catch (error) {
    await Promise.all(written.map((name) => rm(name, { force: true })));
    throw new PermanentError('file.unwritable', `the files cannot be written here: ${errorText(error)}`);
  }
}
