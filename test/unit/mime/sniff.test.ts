import { describe, expect, it } from 'vitest';
import { describing } from '../../../core/mime/describe-attachment.ts';
import { bareHead } from '../../../core/ports/mime-reader.ts';

const detect = async (bytes: Buffer) => {
  const sink = describing(async (_head, content) => {
    for await (const _chunk of content);
    return { bucket: 'b', key: 'k' };
  });
  const tail = await sink(
    bareHead('1'),
    (async function* () {
      yield bytes;
    })(),
  );
  return tail.detectedType;
};

describe('the type of an attachment by its bytes', () => {
  it.each<[string, string | Buffer, string | null]>([
    ['HTML', '\ufeff \r\n<!DOCTYPE html><p>x', 'text/html'],
    ['HTML behind a comment', '<!-- x --><script>', 'text/html'],
    ['an HTML application', '<script language=vbscript>Execute("x")</script>', 'text/html'],
    ['HTML in UTF-16', Buffer.from('\ufeff<html><body>', 'utf16le'), 'text/html'],
    ['SVG', '<svg onload="x()">', 'image/svg+xml'],
    [
      'SVG with a prolog',
      '<?xml version="1.0"?>\n<!-- > --><!DOCTYPE svg PUBLIC "a">\n<svg xmlns="x"/>',
      'image/svg+xml',
    ],
    ['other XML', '<?xml version="1.0"?><Invoice/>', 'application/xml'],
    [
      'a OneNote section',
      Buffer.from(`e4525c7b8cd8a74daeb15378d02996d3${'00'.repeat(40)}`, 'hex'),
      'application/onenote',
    ],
    [
      'an ISO image',
      Buffer.concat([Buffer.alloc(0x8000), Buffer.from('\x01CD001\x01')]),
      'application/x-iso9660-image',
    ],
    ['a UDF image', Buffer.concat([Buffer.alloc(0x8000), Buffer.from('\0BEA01\x01')]), 'application/x-iso9660-image'],
    ['text', 'Dear <b>all</b>', null],
    ['a script', 'var a = "<html>";', null],
    ['an address list', '<a@x.test>, <b@x.test>', null],
  ])('is found for %s', async (_what, content, expected) => {
    expect(await detect(typeof content === 'string' ? Buffer.from(content) : content)).toBe(expected);
  });
});
