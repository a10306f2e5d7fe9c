import type { Readable } from 'node:stream';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { AttachmentStore } from '../core/mime/describe-attachment.ts';
import type { AttachmentHead } from '../core/ports/mime-reader.ts';
import { ownReaderThreads } from '../core/reading/own-threads.ts';
import { parseOpened } from './compose.ts';
import { type MailFile, openMailFile, spoolMail } from './mail-file.ts';

export type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
export type { AttachmentHead } from '../core/ports/mime-reader.ts';

export interface ParseOptions {
  /** Takes the decoded bytes of one attachment at a time, while the mail is read. Default: they are dropped. */
  attachment?(head: AttachmentHead, content: AsyncIterable<Buffer>): Promise<void>;
  /** Stops the reading, with its reason. */
  signal?: AbortSignal;
}

const readers = ownReaderThreads();

/**
 * The document of one mail, without a server: as the parser makes it, but without what it would look up or ask of a
 * service. `auth` is null, no attachment is scanned, and `envelope` is null because a file has none. Each mail is read in
 * a thread with a time limit of 20 s and a memory limit: a hostile mail becomes a document with `defects`.
 *
 * @param mail its bytes, 1 GiB at most; they are kept in a temporary file meanwhile
 * @throws PermanentError `file.too_large`
 */
export async function parseMail(
  mail: Uint8Array | Readable | AsyncIterable<Uint8Array>,
  options: ParseOptions = {},
): Promise<ParsedMail> {
  const { signal = new AbortController().signal } = options;
  return parsed(await spoolMail('-', mail instanceof Uint8Array ? [mail] : mail, signal), options, signal);
}

/** The same for a file. @throws PermanentError `file.missing`, `file.directory`, `file.unreadable` */
export async function parseMailFile(path: string, options: ParseOptions = {}): Promise<ParsedMail> {
  const { signal = new AbortController().signal } = options;
  return parsed(await openMailFile(path, signal), options, signal);
}

async function parsed(mail: MailFile, { attachment }: ParseOptions, signal: AbortSignal): Promise<ParsedMail> {
  const store: AttachmentStore = async (head, content) => {
    const chunks = content[Symbol.asyncIterator]();
    // It may stop anywhere: the rest is read all the same, for the size and the hash.
    await attachment?.(head, { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) });
    while (!(await chunks.next()).done);
    return { bucket: '', key: '' };
  };
  try {
    return await parseOpened(mail, (source, sink, reading) => readers.read(source, sink, reading), store, signal);
  } finally {
    await mail.close();
  }
}
