import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BareNewlines } from '../../edge-mta/data/bare-newlines.ts';
import { DotReader } from '../../edge-mta/data/dot-reader.ts';
import { cut, readByTheRfc, readNormalized, readWithDotReader, readWithSmtpServer } from '../support/data-engines.ts';

/** Pieces that matter to the engine, and some that do not. */
const piece = fc.constantFrom(
  '\r',
  '\n',
  '.',
  '\r\n',
  '\r\n.',
  '\r\n..',
  '\r\n.\r\n',
  '\n.\r\n',
  '..',
  '\0',
  'x',
  'a longer run of bytes',
  '\xff',
);
const input = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));
const places = fc.array(fc.nat(60), { maxLength: 8 });

/**
 * Where smtp-server departs from RFC 5321 §4.5.2: it keeps a leading dot that no dot follows, and it removes one after
 * a bare LF. A client that stuffs dots sends neither.
 */
const DEPARTS = /(^|\r\n)\.(?!\.|\r\n)|(^|[^\r])\n\.\./;

const END = '\r\n.\r\n';

// 20,000 cases take a second on an idle machine, and longer on a busy one.
describe('DotReader', () => {
  it('reads what smtp-server reads, on every chunking', async () => {
    await fc.assert(
      fc.asyncProperty(input, places, async (bytes, at) => {
        const whole = bytes + END;
        fc.pre(!DEPARTS.test(whole));
        const chunks = cut(whole, at);
        const { content, rest } = readWithDotReader(chunks);
        expect({ content, rest }).toEqual(await readWithSmtpServer(chunks));
      }),
      { numRuns: 20_000 },
    );
  });

  it('reads any bytes as RFC 5321 requires, on every chunking', () => {
    fc.assert(
      fc.property(input, places, (bytes, at) => {
        const { content, rest } = readWithDotReader(cut(bytes + END, at));
        expect({ content, rest }).toEqual(readByTheRfc(bytes + END));
      }),
      { numRuns: 20_000 },
    );
  });

  it('restores every mail that a client dot-stuffed', () => {
    fc.assert(
      fc.property(bytes, places, (text, at) => {
        const mail = `${text}\r\n`;
        const sent = `${mail.replace(/(^|\r\n)\./g, '$1..')}.\r\nQUIT\r\n`;
        const { content, rest } = readWithDotReader(cut(sent, at));
        expect({ content, rest }).toEqual({ content: mail, rest: 'QUIT\r\n' });
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '.\r\nQ',
    '..\r\n.\r\nQ',
    'a\r\n.\r\nQ',
    '\r\n.\r\r\n.\r\n',
    '.\r.\r\n.\r\n',
    '\r\r\n..\r\n.\r\n',
    '\n.\r\n.\r\n',
  ])('gives the same result for every chunking of %j', (bytes) => {
    const expected = readByTheRfc(bytes);
    for (let mask = 0; mask < 2 ** (bytes.length - 1); mask++) {
      const at = Array.from({ length: bytes.length }, (_, place) => ((mask >> (place - 1)) & 1 ? place : 0));
      const { content, rest } = readWithDotReader(cut(bytes, at));
      expect({ content, rest }, `cut at ${at}`).toEqual(expected);
    }
  });

  it('counts bare CRs and LFs', () => {
    fc.assert(
      fc.property(input, places, (bytes, at) => {
        const sent = `${bytes}x${END}`;
        const { bareCr, bareLf } = readWithDotReader(cut(sent, at));
        const { content } = readByTheRfc(sent);
        // Removing a dot can join a CR and an LF in the content, so count in the bytes sent.
        const consumed = sent.slice(0, sent.length - (readByTheRfc(sent).rest ?? '').length);
        expect(bareCr).toBe(consumed.match(/\r(?!\n)/g)?.length ?? 0);
        expect(bareLf).toBe(consumed.match(/(?<!\r)\n/g)?.length ?? 0);
        expect(content.length).toBeLessThanOrEqual(consumed.length);
      }),
      { numRuns: 5_000 },
    );
  });

  /** The mail as the edge would store it; null if it rejects the mail. */
  const normalized = (chunks: readonly Buffer[]) => {
    const reader = new DotReader('lineEnd');
    const newlines = new BareNewlines();
    let mail = '';
    let rest: string | null = null;
    for (const chunk of chunks) {
      if (rest !== null) rest += chunk.toString('latin1');
      else {
        const before = reader.bareLf;
        const behind = reader.read(Buffer.from(chunk), (piece) => {
          mail += newlines.normalized(piece, reader.bareLf > before).toString('latin1');
        });
        rest = behind?.toString('latin1') ?? null;
      }
    }
    return { mail: reader.dubiousEnd ? null : mail, rest };
  };

  it('treats LF as a line end when configured, and flags every dot that could end a mail elsewhere', () => {
    fc.assert(
      fc.property(input, places, (bytes, at) => {
        expect(normalized(cut(`${bytes}x${END}NOOP\r\n`, at))).toEqual(readNormalized(`${bytes}x${END}NOOP\r\n`));
      }),
      { numRuns: 20_000 },
    );
  });

  const ENDS = ['\r\n', '\n', '\r', '\r\r\n', '\r\r', '\n\r', '\0\r\n', '\r\0\n'];
  it.each(ENDS.flatMap((first) => ENDS.map((second) => [`a${first}.${second}b`, first, second])))(
    'ends a mail at nothing but CRLF.CRLF: %j, at every cut',
    (form, first, second) => {
      const sent = `${form}${END}N`;
      const expected = readNormalized(sent);
      expect(expected.rest).toBe(first.endsWith('\r\n') && second === '\r\n' ? `b${END}N` : 'N');
      for (let mask = 0; mask < 2 ** (sent.length - 1); mask++) {
        const at = Array.from({ length: sent.length }, (_, place) => ((mask >> (place - 1)) & 1 ? place : 0));
        const read = normalized(cut(sent, at));
        if (read.mail !== expected.mail || read.rest !== expected.rest) expect(read, `cut at ${at}`).toEqual(expected);
      }
    },
  );

  it.each([
    '\n.\n',
    '\n.\r\n',
    '\r\n.\n',
    '\r.\r',
    '\r\n.\r',
    '\r.\r\n',
    '\r\r\n.\r\n',
    '\r\n.\r\r\n',
    'a.\rb',
    'a\r.b',
  ])('refuses a mail with %j', (form) => {
    expect(normalized([Buffer.from(`one${form}two${END}`)]).mail).toBeNull();
  });

  it.each([
    ['a\nb\n', 'a\r\nb\r\n'],
    ['a\n..b\n', 'a\r\n.b\r\n'],
    ['a\n..\nb', 'a\r\n.\r\nb'],
    ['a\rb', 'a\rb'],
    ['a\r\r\nb', 'a\r\r\nb'],
    ['\n', '\r\n'],
  ])('stores %j as %j', (sent, stored) => {
    expect(normalized([Buffer.from(`${sent}${END}`)])).toEqual({ mail: `${stored}\r\n`, rest: '' });
  });

  it.each([
    ['stuffed dots', '..\r\n'],
    ['lone dots', '.x'],
    ['line ends', '\r\n'],
    ['bare line ends', '\r\n\r'],
    ['bare LFs', '\n'],
    ['bare LFs with dots', '\n..x'],
    ['ordinary lines', `${'x'.repeat(76)}\r\n`],
  ])('takes time linear in the bytes for %s', (_, unit) => {
    const milliseconds = (bytes: number): number => {
      const mail = Buffer.alloc(bytes, unit);
      const chunks = Array.from({ length: Math.ceil(bytes / 65_536) }, (_each, at) =>
        mail.subarray(at * 65_536, (at + 1) * 65_536),
      );
      const started = process.cpuUsage();
      const reader = new DotReader('lineEnd');
      for (const chunk of chunks) reader.read(chunk, () => {});
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    };
    milliseconds(1_000_000);
    // smtp-server's own reader needs ten seconds for 20 MB of stuffed dots.
    expect(milliseconds(20_000_000)).toBeLessThan(3_000);
  });
});
