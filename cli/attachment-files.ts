import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, PermanentError } from '../core/mail/errors.ts';
import type { AttachmentStore } from '../core/mime/describe-attachment.ts';

/** Bytes of a name, its number included: file systems take 255. */
const NAME_MAX_BYTES = 150;

/** Attachments as files of one folder. Nothing that is there is changed, and no name leads out of it. */
export class AttachmentFiles {
  readonly #folder: string;
  readonly #written: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder when it is not there. @throws PermanentError `file.unwritable` */
  static async in(folder: string): Promise<AttachmentFiles> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new PermanentError('file.unwritable', `--out ${folder} cannot be made: ${errorText(error)}`);
    });
    return new AttachmentFiles(folder);
  }

  /** Rejects with PermanentError `file.exists` or `file.unwritable`. */
  readonly store: AttachmentStore = async ({ partId, filename }, content) => {
    const path = join(this.#folder, safeFileName(`${partId}-${filename ?? 'attachment'}`));
    // Exclusive: it follows no link and takes the place of nothing.
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

  /** Takes away what this run has written. */
  async remove(): Promise<void> {
    await Promise.all(this.#written.splice(0).map((path) => rm(path, { force: true })));
  }
}

/**
 * A name for one file, whatever a stranger wrote: letters, digits and few signs, no separator, no leading or trailing
 * dot, at most 150 bytes with its extension kept. The number of the part in front makes it unique and never a device
 * name of Windows.
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

/** The beginning of a text that fits into so many bytes, no character cut. */
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
