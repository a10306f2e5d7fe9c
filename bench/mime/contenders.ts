import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AttachmentStream, MailParser, type MessageText, simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { composeDocument } from '../../core/mail/compose-document.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { hashOnly } from '../../core/mime/second-reading.ts';
import { RawData } from '../../lambda/parser/raw-data.ts';
import type { RawMail } from '../../lambda/parser/raw-mail.ts';
import { MAILS } from './mails.ts';

/** Bytes of one chunk, as a file or a socket gives them. */
const CHUNK_BYTES = 64 * 1024;
/** Seconds of CPU time that are measured, and before that to let the compiler do its work. */
const MEASURED_SECONDS = 1;
const WARM_UP_SECONDS = 1;
/** Bytes that are read between two looks at the clock, which cost as much as a tenth of a short mail. */
const BATCH_BYTES = 256 * 1024;

/** Each does what a user of it would: the whole mail read, every attachment decoded and hashed. */
const CONTENDERS: Readonly<Record<string, (mail: Buffer) => Promise<unknown>>> = {
  here: readHere,
  'mailparser stream': readWithMailparser,
  'simpleParser, defaults': (mail) => simpleParser(mail),
  'postal-mime': readWithPostalMime,
};

/** The whole ParsedMail, as the function composes it. */
async function readHere(mail: Buffer): Promise<unknown> {
  const content = await new StreamingMimeReader().read(chunksOf(mail), hashOnly, MIME_LIMITS);
  return composeDocument(content, CIRCUMSTANCES);
}

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
const CIRCUMSTANCES = {
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

async function readWithMailparser(mail: Buffer): Promise<unknown> {
  const options = {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    maxHeadSize: 128 * 1024,
    maxChildNodes: 1_000,
    checksumAlgo: 'sha256',
  };
  const parser = new MailParser(options);
  const parts: AsyncIterable<AttachmentStream | MessageText> = parser;
  Readable.from(chunksOf(mail), { objectMode: false }).pipe(parser);
  const result: unknown[] = [];
  for await (const part of parts) {
    if (part.type === 'attachment') {
      part.content.on('data', () => {});
      await new Promise((resolve) => part.content.once('end', resolve));
      part.release();
    }
    result.push(part);
  }
  return result;
}

async function readWithPostalMime(mail: Buffer): Promise<unknown> {
  const email = await PostalMime.parse(mail);
  for (const { content } of email.attachments) {
    if (typeof content !== 'string') createHash('sha256').update(new Uint8Array(content)).digest('hex');
  }
  return email;
}

async function* chunksOf(mail: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < mail.length; at += CHUNK_BYTES) yield mail.subarray(at, at + CHUNK_BYTES);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function repeat(run: () => Promise<unknown>, batch: number, seconds: number): Promise<number> {
  const start = cpuSeconds();
  let count = 0;
  while (cpuSeconds() - start < seconds) {
    for (let i = 0; i < batch; i++) await run();
    count += batch;
  }
  return (cpuSeconds() - start) / count;
}

/** Prints the CPU seconds that contender argv[2] needs for mail argv[3]. */
const contender = CONTENDERS[process.argv[2] ?? ''];
const make = Object.entries(MAILS).find(([name]) => name === process.argv[3])?.[1];
if (contender === undefined || make === undefined) throw new Error('usage: contenders CONTENDER MAIL');
const mail = make();
const batch = Math.ceil(BATCH_BYTES / mail.length);
await repeat(() => contender(mail), batch, WARM_UP_SECONDS);
console.log(JSON.stringify({ seconds: await repeat(() => contender(mail), batch, MEASURED_SECONDS) }));
