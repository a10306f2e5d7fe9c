import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inParts, PART_BYTES } from '../../../core/aws/s3-parts.ts';
import { decodeAwsChunked } from '../../../local/s3/aws-chunked.ts';
import { readXml, writeXml } from '../../../local/s3/xml.ts';

/** The same bytes in pieces that end at `cuts`. */
async function* pieces(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('aws-chunked', () => {
  it('decodes the same however the network splits it', async () => {
    const content = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat()), fc.boolean(), async (chunks, cuts, isSigned) => {
        const extension = isSigned ? `;chunk-signature=${'0'.repeat(64)}` : '';
        const framed = Buffer.concat([
          ...chunks.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`),
            chunk,
            Buffer.from('\r\n'),
          ]),
          Buffer.from(`0${extension}\r\nX-Amz-Checksum-Crc32: AAAAAA==\r\n\r\n`),
        ]);
        const trailers = new Map<string, string>();
        const decoded = await collect(decodeAwsChunked(pieces(framed, cuts), trailers));
        expect(decoded.equals(Buffer.concat(chunks))).toBe(true);
        expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
      }),
    );
  });

  it('never accepts half a body as complete', async () => {
    const framed = Buffer.from('5\r\nhello\r\n0\r\n\r\n');
    for (let length = 0; length < '5\r\nhello\r\n0\r\n'.length; length++) {
      const cut = decodeAwsChunked(pieces(framed.subarray(0, length), []), new Map());
      await expect(collect(cut)).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
  });

  it('rejects a line without end', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) yield Buffer.alloc(1000, 'f');
    }
    await expect(collect(decodeAwsChunked(endless(), new Map()))).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});

describe('the parts of a body', () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [PART_BYTES, [PART_BYTES]],
    [PART_BYTES + 1, [PART_BYTES, 1]],
    [3 * PART_BYTES, [PART_BYTES, PART_BYTES, PART_BYTES]],
  ])('%i bytes', async (size, expected) => {
    const body = Buffer.alloc(size);
    for (let at = 0; at < size; at += 997) body[at] = at % 251;
    const parts: Buffer[] = [];
    const lasts: boolean[] = [];
    for await (const { bytes, last } of inParts(pieces(body, [5, 70_000, PART_BYTES - 1]))) {
      parts.push(Buffer.from(bytes));
      lasts.push(last);
    }
    expect(parts.map(({ length }) => length)).toEqual(expected);
    expect(lasts).toEqual(expected.map((_, at) => at === expected.length - 1));
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });
});

describe('XML', () => {
  it('round-trips any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readXml(writeXml('Root', { Key: `${text}.` }))).toMatchObject({ Root: { Key: `${text}.` } });
      }),
    );
  });

  it('repeats an element for a list, and omits undefined values', () => {
    const document = writeXml('Root', { Key: ['a', 'b'], None: undefined, Empty: [], Deep: { N: 1 } });
    expect(document).toContain('<Key>a</Key><Key>b</Key><Deep><N>1</N></Deep></Root>');
  });

  it.each([
    ['nothing', ''],
    ['an open element', '<a>'],
    ['a wrong end', '<a></b>'],
    ['deep nesting', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`],
    ['an unknown entity', '<a>&evil;</a>'],
    ['a bare ampersand', '<a>x & y</a>'],
  ])('refuses %s', (_, text) => {
    expect(() => readXml(text)).toThrow(/XML/);
  });
});
