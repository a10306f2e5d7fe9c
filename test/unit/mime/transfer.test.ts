import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Base64Decoder } from '../../../core/mime/transfer/base64.ts';
import { QuotedPrintableDecoder } from '../../../core/mime/transfer/quoted-printable.ts';
import type { TransferDecoder } from '../../../core/mime/transfer/transfer-decoder.ts';

function decode(decoder: TransferDecoder, input: Buffer, size = input.length || 1): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < input.length; at += size)
    chunks.push(Buffer.from(decoder.write(input.subarray(at, at + size))));
  return Buffer.concat([...chunks, decoder.end()]);
}

const decoded = (decoder: TransferDecoder, text: string, size?: number) =>
  decode(decoder, Buffer.from(text, 'latin1'), size).toString('latin1');

describe('quoted-printable', () => {
  it.each([
    ['a=3Db', 'a=b'],
    ['a=3db', 'a=b'],
    ['a=\r\nb', 'ab'],
    ['a=\nb', 'ab'],
    ['a=\rb', 'ab'],
    ['a=\r\r\nb', 'ab'],
    ['a= \t\r\nb', 'ab'],
    ['a \t\r\nb', 'a\r\nb'],
    ['a \t', 'a'],
    ['a  b', 'a  b'],
    ['a=', 'a'],
    ['a=\r\n', 'a'],
    ['a=xyz', 'a=xyz'],
    ['a=4', 'a=4'],
    ['=00=FF', '\0\xff'],
    ['raw \xff', 'raw \xff'],
    [`a${' '.repeat(2_000)}b`, `a${' '.repeat(2_000)}b`],
  ])('%j', (input, expected) => {
    expect(decoded(new QuotedPrintableDecoder(), input)).toBe(expected);
    expect(decoded(new QuotedPrintableDecoder(), input, 1)).toBe(expected);
  });

  it('reports what the encoding does not allow', () => {
    for (const [input, invalid] of [
      ['a=3D', false],
      ['a=\r\n', false],
      ['=GG', true],
    ] as const) {
      const decoder = new QuotedPrintableDecoder();
      decoded(decoder, input);
      expect(decoder.invalid).toBe(invalid);
    }
  });

  it('gives the same output however its input is split', () => {
    const tokens = fc.constantFrom('=', ' ', '\t', '\r', '\n', '\r\n', '4', '1', 'a', ' '.repeat(600), '=41', '=\r\n');
    fc.assert(
      fc.property(fc.array(tokens), fc.integer({ min: 1, max: 700 }), (parts, size) => {
        const input = parts.join('');
        const whole = decoded(new QuotedPrintableDecoder(), input);
        expect(decoded(new QuotedPrintableDecoder(true), input, size)).toBe(whole);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('base64', () => {
  it.each([
    ['YWJj', 'abc'],
    ['YWI=', 'ab'],
    ['YQ==', 'a'],
    ['YWI', 'ab'],
    ['YWJjZ', 'abc'],
    ['YQ==\r\nYWJj', 'aabc'],
    ['YW\r\n\tJ j', 'abc'],
    ['Y*W-J_j', 'abc'],
    ['', ''],
    ['====', ''],
  ])('%j', (input, expected) => {
    expect(decoded(new Base64Decoder(), input)).toBe(expected);
    expect(decoded(new Base64Decoder(), input, 1)).toBe(expected);
  });

  const JUNK = [
    '=',
    '-',
    '_',
    '*',
    ' ',
    '\n',
    '\0',
    '\xff',
    'A',
    '\n-- \n',
    '==\nto the list\n',
    '\nhttp://a.example/\n',
  ];

  /** Lines of text, of equal or varying length, sometimes with junk in them. */
  const lines = fc
    .tuple(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.constantFrom(76, 60, 75, 77, 4, 100_000),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...JUNK)), { maxLength: 3 }),
    )
    .map(([bytes, width, end, junk]) => {
      let text = Buffer.from(bytes)
        .toString('base64')
        .replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`);
      for (const [at, character] of junk)
        text = text.slice(0, at % (text.length + 1)) + character + text.slice(at % (text.length + 1));
      return { bytes: Buffer.from(bytes), text, clean: junk.length === 0 };
    });

  it.each([
    [
      'a list footer',
      '_______________________________________________\r\nusers mailing list\r\nusers@lists.example.org\r\n',
    ],
    ['a list footer of one word', '____\r\nsee\r\nbelow\r\n'],
    ['a Google group', '-- \r\nYou received this message because you are subscribed to the group\r\n'],
    [
      'a virus scanner',
      '\r\nThis email has been checked for viruses by Avast antivirus software.\r\nwww.avast.example\r\n',
    ],
    ['a disclaimer', 'CONFIDENTIAL The content of this email is meant for the addressee only\r\n'],
    ['a phone', 'Sent from my iPhone\r\n'],
    ['a link', 'https://lists.example.org/mailman/listinfo/users\r\n'],
    ['an address', 'users-unsubscribe@lists.example.org\r\n'],
    ['a long line of HTML', `<p>${'to unsubscribe click '.repeat(200)}</p>\r\n`],
    ['text in UTF-8', 'Gr\xc3\xbc\xc3\x9fe aus der Liste\r\n'],
  ])('drops %s after the data, with and without padding', (_name, footer) => {
    for (const [data, expected] of [
      ['R3LDvMOfZQo=', 'Gr\xc3\xbc\xc3\x9fe\n'],
      ['YWJjZGVm', 'abcdef'],
      [Buffer.from('x'.repeat(3_000)).toString('base64').replace(/.{76}/g, '$&\r\n'), 'x'.repeat(3_000)],
    ] as const) {
      for (const size of [undefined, 1, 7]) {
        const decoder = new Base64Decoder();
        expect(decoded(decoder, `${data}\r\n${footer}`, size)).toBe(expected);
        expect(decoder.invalid).toBe(true);
      }
    }
  });

  it.each([
    ['two encoded texts', 'YWI=\r\nY2Rl', 'abcde', false],
    ['two encoded texts on one line', 'YQ==YWJj', 'aabc', false],
    ['junk inside the data', 'YWJj*\r\nZGVm', 'abcdef', true],
    ['a line of junk inside the data', `YWJj\r\n!!!!\r\nZGVm`, 'abcdef', true],
    ['quote marks', '> YWJj\r\n> ZGVm', 'abcdef', true],
    ['blanks between groups', 'YWJj ZGVm\r\nZ2hp', 'abcdefghi', false],
    [
      'an encoded text behind a note',
      `YQ==\r\nchecked by a scanner\r\n${'YWJj'.repeat(15)}\r\nZGU=`,
      `a${'abc'.repeat(15)}de`,
      true,
    ],
    ['a note in front of the data', 'CAUTION: this is external\r\nYWJj\r\n', 'abc', true],
    ['text on the line of the padding', 'YQ== -- sent from a phone\r\n', 'a', true],
  ])('keeps the data of %s', (_name, input, expected, invalid) => {
    for (const size of [undefined, 1]) {
      const decoder = new Base64Decoder();
      expect(decoded(decoder, input, size)).toBe(expected);
      expect(decoder.invalid).toBe(invalid);
    }
  });

  it('gives the encoded bytes, the same however its input is split', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 3_000 }), ({ bytes, text, clean }, size) => {
        const input = Buffer.from(text, 'latin1');
        // Input of one byte at a time never reaches the native decoder, so it serves as the reference for the fast
        // path.
        const slow = new Base64Decoder();
        const expected = decode(slow, input, 1);
        if (clean) expect(expected.equals(bytes)).toBe(true);
        for (const cut of [size, input.length || 1]) {
          const decoder = new Base64Decoder(true);
          expect(decode(decoder, input, cut).equals(expected)).toBe(true);
          expect(decoder.invalid).toBe(slow.invalid);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
