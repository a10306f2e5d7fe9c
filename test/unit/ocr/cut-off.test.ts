import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../../../core/document/protocol.ts';
import { isCutOff } from '../../../lambda/enricher/steps/ocr/document/cut-off.ts';
import { pngHeader, SCAN_JPEG } from '../../support/ocr/documents.ts';

const chunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
};
const PNG = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.alloc(13)),
  chunk('IDAT', Buffer.alloc(1_000)),
  chunk('IEND', Buffer.alloc(0)),
]);
const WEBP = Buffer.alloc(1_000);
WEBP.write('RIFF');
WEBP.writeUInt32LE(WEBP.length - 8, 4);
WEBP.write('WEBP', 8);

describe.each<[DocumentKind, Buffer]>([
  ['jpeg', SCAN_JPEG],
  ['png', PNG],
  ['webp', WEBP],
])('a %s image', (kind, bytes) => {
  it('is complete, even with data after its end', () => {
    expect(isCutOff(kind, bytes)).toBe(false);
    expect(isCutOff(kind, Buffer.concat([bytes, Buffer.from('and more')]))).toBe(false);
  });

  it('is truncated wherever it ends early', () => {
    for (const share of [0.2, 0.5, 0.9]) {
      expect(isCutOff(kind, bytes.subarray(0, Math.max(60, bytes.length * share)))).toBe(true);
    }
  });
});

it('an image that consists of its header is truncated', () => {
  expect(isCutOff('png', pngHeader(10, 10))).toBe(true);
});
