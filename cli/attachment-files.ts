import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, PermanentError } from '../core/mail/errors.ts';
import type { AttachmentStore } from '../core/mime/describe-attachment.ts';

/** Longest file name in bytes, with the part number; file systems allow 255. */
const NAME_MAX_BYTES = 150;

/** Writes attachments into one folder. Never overwrites a file, and no name can escape the folder. */
export class AttachmentFiles {
  readonly #folder: string;
  readonly #written: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder if it does not exist. @throws PermanentError `file.unwritable` */
  static async in(folder: string): Promise<AttachmentFiles> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new PermanentError('file.unwritable', `--out ${folder} cannot be created: ${errorText(error)}`);
    });
    return new AttachmentFiles(folder);
  }

  /** Rejects with PermanentError `file.exists` or `file.unwritable`. */
  readonly store: AttachmentStore = async ({ partId, filename }, content) => {
    const path = join(this.#folder, safeFileName(`${partId}-${filename ?? 'attachment'}`));
    // Exclusive (O_EXCL): does not follow links and never overwrites.
    const file = await open(path, 'wx').catch((error: unknown) => {
      throw notWritten(path, error);
    });
    this.#written.push(path);
    try {
      for await (const bytes of content) await file.writeFile(bytes);
    } catch (error) {
      throw error instanceof Error && 'code' in error ? notWritten(path, error) : error;
    } finally {
      await file.close();
    }
    return { bucket: '', key: path };
  };

  /** Deletes the files this run has written. */
  async remove(): Promise<void> {
    await Promise.all(this.#written.splice(0).map((path) => rm(path, { force: true })));
  }
}

/**
 * Makes a safe file name from one that a stranger chose: letters, digits and a few signs, no separator, no leading or
 * trailing dot, at most 150 bytes, extension kept. The part number in front makes it unique, and rules out Windows
 * device names.
 */
export function safeFileName(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()@+=,-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (Buffer.byteLength(safe) <= NAME_MAX_BYTES) return safe;
  const extension = /\.[\w-]{1,16}$/.exec(safe)?.[0] ?? '';
  return `${utf8Start(safe, NAME_MAX_BYTES - extension.length)}${extension}`;
}

/** The longest prefix that fits into `bytes` of UTF-8 without splitting a character. */
function utf8Start(text: string, bytes: number): string {
  let start = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    start += character;
  }
  return start;
}

function notWritten(path: string, error: unknown): PermanentError {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
    return new PermanentError('file.exists', `${path} exists: remove it, or give --out another folder`);
  }
  return new PermanentError('file.unwritable', `${path} cannot be written: ${errorText(error)}`);
}
