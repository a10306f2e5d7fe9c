import { describe, expect, it } from 'vitest';
import type { Attachment, MailContent, MimeStructure } from '../../../core/mail/parsed-mail.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { allMails, type CorpusMail, HAS_CORPUS } from '../../corpus/corpus.ts';
import { type ReadResult, readMail } from '../../unit/mime/read-mail.ts';

if (!HAS_CORPUS) console.warn('skipped: ../shared/corpus is not there');

const reader = new StreamingMimeReader();
/** Chunk sizes, each for mails up to a size: the smallest chunks would take minutes for larger mails. */
const PIECES = [
  { size: 1, mailBytes: 2_000 },
  { size: 7, mailBytes: 5_000 },
  { size: 61, mailBytes: 50_000 },
  { size: 997, mailBytes: Number.POSITIVE_INFINITY },
];

describe.skipIf(!HAS_CORPUS)('what a mail of the corpus reads as', () => {
  const mails = HAS_CORPUS ? allMails() : [];

  it('does not depend on how its bytes are cut', async () => {
    for (const { id, bytes } of mails) {
      const whole = everything(await readMail(reader, bytes));
      for (const { size } of PIECES.filter(({ mailBytes }) => bytes.length <= mailBytes)) {
        const pieces = everything(await readMail(reader, cut(bytes, size)));
        expect(pieces, `${id} in pieces of ${size}`).toBe(whole);
      }
    }
  });

  it('does not depend on whether LF, CR LF, CR or CR CR LF ends its lines', async () => {
    for (const mail of mails.filter(({ bytes }) => bytes.length <= 500_000)) {
      const [first, ...others] = await Promise.all(
        ['\n', '\r\n', '\r', '\r\r\n'].map((end) => withLineEnds(mail, end)),
      );
      for (const other of others) expect(other, mail.id).toEqual(first);
    }
  });
});

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** As one string, which is fast to compare. */
function everything({ content, stored }: ReadResult): string {
  const files = [...stored].sort().map(([partId, file]) => [partId, file.toString('latin1')]);
  return JSON.stringify({ content, files });
}

/** The document without sizes, hashes and defects, which do depend on line endings. */
async function withLineEnds({ bytes }: CorpusMail, lineEnd: string): Promise<object | string> {
  const text = bytes.toString('latin1').replace(/\r\r\n|\r\n|\r/g, '\n');
  const { content, stored } = await readMail(reader, Buffer.from(text.replaceAll('\n', lineEnd), 'latin1'));
  // The header limit counts bytes, including those of line endings.
  if (content.defects.some(({ code }) => code === 'header.too_long')) return 'header cut';
  const files = [...stored]
    .sort()
    .map(([partId, file]) => [partId, file.toString('latin1').replace(/\r\r?\n|\r/g, '\n')]);
  return { ...unsized(content), defects: [], structure: content.structure && shape(content.structure), files };
}

function unsized<T extends Pick<MailContent, 'attachments'>>(message: T): T {
  return { ...message, attachments: message.attachments.map(unsizedAttachment) };
}

function unsizedAttachment(attachment: Attachment): Attachment {
  return { ...attachment, size: 0, sha256: '', message: attachment.message && unsized(attachment.message) };
}

function shape(node: MimeStructure): MimeStructure {
  return { ...node, size: 0, children: node.children.map(shape) };
}
