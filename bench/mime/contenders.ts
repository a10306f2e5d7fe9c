import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AttachmentStream, MailParser, type MessageText, simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { BodyHash, CanonicalBody } from '../../core/auth/body-hash.ts';
import { hashOnly } from '../../core/mime/second-reading.ts';
import { MAILS } from './mails.ts';
import { chunksOf, cpuSeconds, readHere } from './read-here.ts';

/** CPU seconds to measure, and to warm up the compiler before that. */
const MEASURED_SECONDS = 1;
const WARM_UP_SECONDS = 1;
/** Bytes read between two clock readings, each of which costs as much as a tenth of a short mail. */
const BATCH_BYTES = 256 * 1024;

/** Each contender reads the whole mail and decodes and hashes every attachment, as its users would. */
const CONTENDERS: Readonly<Record<string, (mail: Buffer) => Promise<unknown>>> = {
  here: (mail) => readHere(mail, hashOnly),
  'mailparser stream': readWithMailparser,
  'simpleParser, defaults': (mail) => simpleParser(mail),
  'postal-mime': readWithPostalMime,
  'body hash, simple': (mail) => hashBody(mail, 'simple'),
  'body hash, relaxed': (mail) => hashBody(mail, 'relaxed'),
};

/** The cost of a signature in addition to reading: canonicalising and hashing the body. The header counts as body. */
async function hashBody(mail: Buffer, form: 'simple' | 'relaxed'): Promise<string> {
  const body = new CanonicalBody(form);
  const hash = new BodyHash('sha256', Number.POSITIVE_INFINITY);
  body.hashes.push(hash);
  for await (const chunk of chunksOf(mail)) body.update(chunk);
  body.end();
  return hash.digest('base64');
}

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
