import { describe, expect, it } from 'vitest';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { parseAddresses } from '../../../core/mime/header/addresses.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { linesWithLf } from '../../../core/mime/text/line-ends.ts';
import { binhex } from '../../support/binhex.ts';
import { readMail } from './read-mail.ts';

const reader = new StreamingMimeReader();
const codes = ({ defects }: { defects: { code: string }[] }) => defects.map(({ code }) => code);

describe('a mail beyond the limits', () => {
  it('lists no part after the last one that is read', async () => {
    const parts = '--b\r\nContent-Type: a/b\r\n\r\nx\r\n'.repeat(3_000);
    const { content } = await readMail(reader, `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`);
    expect(codes(content)).toEqual(['mime.parts_limit']);
    // The multipart counts as a part.
    expect(content.structure?.children).toHaveLength(MIME_LIMITS.parts - 1);
    expect(content.attachments).toHaveLength(MIME_LIMITS.parts - 1);
  });

  it.each(['message/delivery-status', 'text/calendar'])('says that a long %s was not read', async (type) => {
    const body = 'X-Field: value\r\n'.repeat(MIME_LIMITS.reportBytes / 16 + 1);
    const { content } = await readMail(reader, `Content-Type: ${type}\r\n\r\n${body}`);
    expect(codes(content)).toEqual(['mime.report_limit']);
    expect(content.attachments[0]?.size).toBe(body.length);
  });

  it('has no more reports and calendars than the limit, and names those that were not read', async () => {
    const report = `Content-Type: text/rfc822-headers\r\n\r\n${'X-Field: value\r\n'.repeat(50)}`;
    const mail = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\n${report}`.repeat(5)}--b--\r\n`;
    // The line break before a delimiter belongs to the delimiter.
    const length = 50 * 16 - 2;
    const limits = { ...MIME_LIMITS, reportBytes: length, reportsBytes: 3 * length };
    const { content } = await readMail(reader, mail, undefined, limits);
    const detail = `reports and calendars longer than ${3 * length} bytes together`;
    expect(content.defects).toEqual(['4', '5'].map((partId) => ({ code: 'mime.report_limit', partId, detail })));
    expect(content.attachments).toHaveLength(5);
  });

  it("unpacks no more of a BinHex file's run lengths than the limit", async () => {
    // A BinHex header: a name of one character, then type, creator and flags, and a length of 4 GB.
    const head = Buffer.from([1, 0x61, 0, ...Array(10).fill(0), 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0]);
    const runs = Buffer.alloc(3_000, Buffer.from([0x78, 0x90, 0xff]));
    const mail = `Content-Type: application/mac-binhex40\r\n\r\n${binhex(Buffer.concat([head, runs]))}`;
    const { content } = await readMail(reader, mail, undefined, { ...MIME_LIMITS, unpackBytes: 5_000 });
    expect(content.attachments.map(({ parentPartId, size }) => [parentPartId, size <= 5_000])).toEqual([
      [null, true],
      ['1', true],
    ]);
    expect(codes(content)).toEqual(['attachment.unpack_failed']);
  });

  it('has no calendar whose parameters would take ical.js long', async () => {
    const property = `X${';A=b'.repeat(3_000)}:c`;
    const folded = property.replace(/.{70}/g, '$&\r\n ');
    for (const line of [property, folded, `X;Q="a:b"${';A=b'.repeat(3_000)}:c`]) {
      const calendar = `BEGIN:VCALENDAR\r\n${line}\r\nEND:VCALENDAR\r\n`;
      const { content } = await readMail(reader, `Content-Type: text/calendar\r\n\r\n${calendar}`);
      expect(codes(content)).toEqual(['calendar.invalid']);
    }
  });
});

describe('text that is read piece by piece', () => {
  it('has the same line ends as in one piece', () => {
    const simple = (text: string) => text.replace(/\r\r\n|\r\n|\r/g, '\n');
    for (const end of ['\r', '\r\n', '\r\r\n', 'a\r\n', '\ra']) {
      for (const start of ['', 'x', 'xy']) {
        const text = start + end.repeat(70_000);
        expect(linesWithLf(text) === simple(text)).toBe(true);
      }
    }
  });

  it('yields mailboxes without a comma between them', () => {
    const list = parseAddresses('A <a@x> B <b@x> <c@x> "d" <d@x>', null, 10);
    expect(list.addresses.map(({ name, address }) => [name, address])).toEqual([
      ['A', 'a@x'],
      ['B', 'c@x'],
      ['d', 'd@x'],
    ]);
  });
});
