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
  /**
   * Receives the decoded bytes of one attachment at a time, while the mail is being read. Default: they are discarded.
   */
  attachment?(head: AttachmentHead, content: AsyncIterable<Buffer>): Promise<void>;
  /** Aborts the reading with its reason. */
  signal?: AbortSignal;
}

const readers = ownReaderThreads();

/**
 * Parses one mail without a server. The result is the document of the parser without lookups and external services:
 * `auth` is null, attachments are not scanned, and `envelope` is null because a file has none. Each mail is read in a
 * thread with a memory limit and a time limit of 20 s: a hostile mail becomes a document with `defects`.
 *
 * @param mail its bytes, at most 1 GiB; kept in a temporary file while being read
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
    // The consumer may stop anywhere; read the rest anyway, for the size and the hash.
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
