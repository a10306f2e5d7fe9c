import { buffer } from 'node:stream/consumers';
import { emptyContent } from '../mail/content-schema.ts';
import { TransientError } from '../mail/errors.ts';
import { MIME_LIMITS, type MimeLimits } from '../mail/limits.ts';
import type { Header, MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Reading } from './protocol.ts';
import type { RawMail } from './raw-data.ts';
import { ReadingStopped } from './supervised-read.ts';

/** Milliseconds for the headers of a mail that could not be read as a whole. */
const HEADERS_DEADLINE_MS = 2_000;

/**
 * Reads MIME in a supervised thread. @throws ReadingStopped when the mail hangs or explodes, ReadingInterrupted when
 * one of several does
 */
export type ReadMime = (
  source: AsyncIterable<Buffer>,
  store: AttachmentStore,
  options: ReadingOptions & { reading: Reading; limits: MimeLimits },
) => Promise<MailContent>;

export interface ReadingOptions {
  /** Milliseconds for reading the MIME of one mail. */
  deadlineMs: number;
  signal: AbortSignal;
  /** Whether no other mail may be read at the same time. Default false. */
  alone?: boolean | undefined;
}

export interface ContentDeps {
  store: Pick<ObjectStore, 'get'>;
  read: ReadMime;
}

/**
 * The content of the mail; for a mail that cannot be read, that of its headers with the defect that stopped the
 * reading.
 */
export async function readContent(
  deps: ContentDeps,
  raw: RawMail,
  storeAttachment: AttachmentStore,
  options: ReadingOptions,
): Promise<MailContent> {
  try {
    return await deps.read(raw.data, storeAttachment, { ...options, reading: 'first', limits: MIME_LIMITS });
  } catch (error) {
    if (!(error instanceof ReadingStopped)) throw error;
    const content = await readHeaders(deps, raw, options);
    const stopped = { code: error.defect, partId: null, detail: error.message };
    return { ...content, defects: [...content.defects, stopped] };
  }
}

/** Headers only, again in a thread, because it may be the headers that hang. Undecoded if they do. */
async function readHeaders(deps: ContentDeps, raw: RawMail, options: ReadingOptions): Promise<MailContent> {
  const block = await headerBlock(deps.store, raw, options.signal);
  try {
    const content = await deps.read(once(block), discard, {
      ...options,
      reading: 'first',
      limits: MIME_LIMITS,
      deadlineMs: HEADERS_DEADLINE_MS,
    });
    const defects = content.defects.filter(({ code }) => /^(header|address)\./.test(code));
    return { ...content, text: null, html: null, charsets: [], attachments: [], structure: null, defects };
  } catch (error) {
    if (error instanceof ReadingStopped) return Object.assign(emptyContent(), { headers: fieldsOf(block) });
    throw error;
  }
}

/** Up to the first blank line, of LF or CRLF (RFC 5322 §2.1), or to the limit. */
async function headerBlock(store: ContentDeps['store'], raw: RawMail, signal: AbortSignal): Promise<Buffer> {
  const range = { start: raw.traceBytes, end: raw.traceBytes + MIME_LIMITS.headerBytes - 1 };
  const { bucket, key, versionId } = raw;
  const stored = await store.get({ bucket, key, versionId }, { range, signal });
  if (stored === null) throw new TransientError('raw.missing', `there is no object ${bucket}/${key}`);
  const start = await buffer(stored.body);
  const blank = /\r?\n\r?\n/.exec(start.toString('latin1'));
  return blank === null ? start : start.subarray(0, blank.index + blank[0].length);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** A mail that is a single attachment as a whole has it, empty, in its headers too. */
const discard: AttachmentStore = async (_head, content) => {
  await content[Symbol.asyncIterator]().next();
  return { bucket: '', key: '' };
};

/** Raw fields, undecoded. Linear: the last resort for a mail whose headers hang. */
function fieldsOf(block: Buffer): Header[] {
  const lines = block
    .toString()
    .replaceAll('\0', '')
    .split(/\r?\n(?![ \t])/, MIME_LIMITS.headerFields);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1
      ? []
      : [
          {
            name: line.slice(0, colon),
            value: line
              .slice(colon + 1)
              .replace(/\r?\n/g, '')
              .trim(),
          },
        ];
  });
}
