import { Readable } from 'node:stream';
import { composeDocument } from '../../core/mail/compose-document.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import type { AttachmentSink } from '../../core/ports/mime-reader.ts';
import { RawData, type RawMail } from '../../core/reading/raw-data.ts';

/** Bytes of one chunk, as a file or a socket gives them. */
const CHUNK_BYTES = 64 * 1024;

const RAW: RawMail = {
  id: '01K9RSSB00000000000000000X',
  bucket: 'raw-mail',
  key: 'raw/2025/11/11/08/01K9RSSB00000000000000000X.eml',
  versionId: null,
  size: 0,
  traceBytes: 0,
  envelope: null,
  receivedAt: '2025-11-11T08:14:08.000Z',
  data: new RawData(Readable.from([]), 0, 0),
};
const CONTEXT = {
  raw: RAW,
  sha256: '',
  dedupKey: RAW.id,
  duplicateOf: null,
  contentBucket: 'mail-content',
  revision: 1,
  auth: null,
  steps: [],
  route: () => ({ route: null, routes: [] }),
};

/** The whole ParsedMail, as the function composes it. */
export async function readHere(mail: Buffer, sink: AttachmentSink) {
  const content = await new StreamingMimeReader().read(chunksOf(mail), sink, MIME_LIMITS);
  return composeDocument(content, CONTEXT);
}

export async function* chunksOf(mail: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < mail.length; at += CHUNK_BYTES) yield mail.subarray(at, at + CHUNK_BYTES);
}

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
