import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import { parseMail, parseMailFile } from '../../parse/index.ts';

const INVOICE = 'test/fixtures/mails/scanned-invoice.eml';

describe('parseMail', () => {
  it('gives the same document for bytes, a stream and a file, whatever is done with the attachments', async () => {
    const bytes = await readFile(INVOICE);
    const document = await parseMail(bytes);
    expect(parsedMailSchema.safeParse(document).error).toBeUndefined();
    const { id: _id, dedupKey: _key, receivedAt: _at, document: _place, raw, ...expected } = document;
    expect(expected.attachments[0]).toMatchObject({ detectedType: 'application/pdf', bucket: '', key: '' });
    expect(raw.size).toBe(bytes.length);

    const pieces: Buffer[] = [];
    const streamed = await parseMail(createReadStream(INVOICE), {
      attachment: async (_head, content) => {
        for await (const piece of content) pieces.push(piece);
      },
    });
    expect(streamed).toMatchObject(expected);
    expect(Buffer.concat(pieces)).toHaveLength(expected.attachments[0]?.size ?? -1);

    const left = await parseMailFile(INVOICE, {
      attachment: async (_head, content) => {
        for await (const _piece of content) break;
      },
    });
    expect(left.attachments).toEqual(expected.attachments);
  });

  it('rejects with the reason of its signal, and with the error of an attachment handler', async () => {
    await expect(parseMailFile(INVOICE, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const attachment = () => Promise.reject(new Error('the disk is full'));
    await expect(parseMailFile(INVOICE, { attachment })).rejects.toThrow('the disk is full');
    await expect(parseMailFile('absent.eml')).rejects.toThrow('absent.eml does not exist');
  });
});
