import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { dkimBody } from 'mailauth/lib/dkim/body/index.js';
import { describe, expect, it } from 'vitest';
import loadWabt from 'wabt';
import { BodyHash, CanonicalBody } from '../../../core/auth/body-hash.ts';
import { MODULE, WINDOW_BYTES } from '../../../core/auth/unchanged-bytes.ts';
import { cpuTimed } from '../../support/cpu-time.ts';

type Form = 'simple' | 'relaxed';

const BODIES = Number(process.env['DKIM_BODIES'] ?? 3_000);

/** Keeps the canonical bytes. */
class Kept extends BodyHash {
  readonly kept: Buffer[] = [];
  override add(bytes: Buffer): void {
    this.kept.push(Buffer.from(bytes));
    super.add(bytes);
  }
}

function canonical(form: Form, chunks: readonly Buffer[], limit = Number.POSITIVE_INFINITY) {
  const body = new CanonicalBody(form);
  const hash = new Kept('sha256', limit);
  body.hashes.push(hash);
  for (const chunk of chunks) body.update(chunk);
  body.end();
  return { text: Buffer.concat(hash.kept).toString('latin1'), hash };
}

/** RFC 6376 sections 3.4.3 and 3.4.4, applied to a whole body. */
function rfc(form: Form, body: string): string {
  const lines = body.replace(/\r?\n/g, '\r\n');
  const reduced = form === 'simple' ? lines : lines.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/[ \t]+/g, ' ');
  const content = reduced.replace(/(?:\r\n)+$/, '');
  return form === 'relaxed' && content === '' ? '' : `${content}\r\n`;
}

describe('a canonical body', () => {
  it.each<[Form, string, string]>([
    // RFC 6376 section 3.4.5
    ['relaxed', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['simple', ' C \r\nD \t E\r\n\r\n\r\n', ' C \r\nD \t E\r\n'],
    // Sections 3.4.3 and 3.4.4
    ['simple', '', '\r\n'],
    ['simple', '\r\n\r\n', '\r\n'],
    ['relaxed', '', ''],
    ['relaxed', ' \t\r\n\r\n', ''],
    ['simple', 'no line end', 'no line end\r\n'],
    ['relaxed', 'no line end \t', 'no line end\r\n'],
    ['simple', '\r\n\r\na\r\n\r\nb', '\r\n\r\na\r\n\r\nb\r\n'],
    ['relaxed', 'a\n\n b\n', 'a\r\n\r\n b\r\n'],
    ['simple', 'a\rb\r\r\nc\r', 'a\rb\r\r\nc\r\r\n'],
  ])('canonical form of %s: %j', (form, body, expected) => {
    for (const cut of [1, 2, 1_000]) {
      const chunks = body.match(new RegExp(`[^]{1,${cut}}`, 'g')) ?? [];
      expect(
        canonical(
          form,
          chunks.map((chunk) => Buffer.from(chunk, 'latin1')),
        ).text,
      ).toBe(expected);
    }
  });

  // mailauth differs for blanks that no line end follows, which section 3.4.4 ignores: every body here ends in one.
  it('hashes as mailauth does, however it is split into chunks', () => {
    const piece = fc.constantFrom(' ', '\t', '\r\n', 'a', 'bc', '=', '\u00fc', '.'.repeat(70));
    const form = fc.constantFrom<Form>('simple', 'relaxed');
    fc.assert(
      fc.property(
        form,
        fc.array(piece, { maxLength: 60 }),
        fc.option(fc.nat(80)),
        fc.nat(50),
        (form, pieces, l, cut) => {
          const bytes = Buffer.from(`${pieces.join('')}\r\n`);
          const at = Math.min(cut, bytes.length);
          const { hash } = canonical(form, [bytes.subarray(0, at), bytes.subarray(at)], l ?? undefined);
          const theirs = dkimBody(form, 'sha256', l ?? false);
          theirs.update(bytes);
          expect(hash.digest('base64')).toBe(theirs.digest('base64'));
        },
      ),
      { numRuns: BODIES },
    );
  });

  it("equals the RFC's over the whole body, wherever a turn of the search begins and ends", () => {
    const piece = fc.oneof(
      fc.constantFrom(' ', '\t', '\r\n', '\n', '\r', '  ', ' \r\n', 'a', '\0', '\u00fc\u00ff', '\u0080'),
      fc.nat(600).map((length) => '.'.repeat(length)),
      fc.nat(40).map((lines) => `${'A'.repeat(76)}\r\n`.repeat(lines)),
    );
    const cuts = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom<Form>('simple', 'relaxed'),
        fc.array(piece, { maxLength: 30 }),
        cuts,
        fc.nat(3),
        (form, pieces, lengths, offset) => {
          const text = pieces.join('');
          // A view into a larger buffer, like chunks from a socket.
          const bytes = Buffer.from(`${'x'.repeat(offset)}${text}`, 'latin1').subarray(offset);
          const chunks: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 0) {
            chunks.push(bytes.subarray(at, at + (lengths[chunks.length % lengths.length] ?? 1)));
          }
          expect(canonical(form, chunks).text).toBe(rfc(form, text));
        },
      ),
      { numRuns: BODIES },
    );
  });

  it("equals the RFC's over the whole body when a change meets the end of a window", () => {
    for (const form of ['simple', 'relaxed'] as const) {
      for (const change of ['  ', ' \r\n', '\t', '\n', '\r\n', '\r\n\r\n']) {
        for (let at = WINDOW_BYTES - 4; at <= WINDOW_BYTES + 2; at++) {
          const text = `${'x'.repeat(at)}${change}${'y'.repeat(100)}`;
          expect(canonical(form, [Buffer.from(text)]).hash.digest('base64')).toBe(
            createHash('sha256').update(rfc(form, text)).digest('base64'),
          );
        }
      }
    }
  });

  it.each([
    ['one line', 'x'],
    ['blanks', ' '],
    ['blank lines', ' \r\n'],
    ['empty lines', '\n'],
    ['tabs', 'a\t'],
    ['carriage returns', '\r'],
  ])('of 20 MB of %s takes little time and memory', async (_name, piece) => {
    const chunks = Array.from({ length: 320 }, () => Buffer.alloc(64 * 1024, piece));
    for (const form of ['simple', 'relaxed'] as const) {
      const before = process.memoryUsage().rss;
      const { ms } = await cpuTimed(() => {
        const body = new CanonicalBody(form);
        body.hashes.push(new BodyHash('sha256', Number.POSITIVE_INFINITY));
        for (const chunk of chunks) body.update(chunk);
        body.end();
      });
      expect(ms).toBeLessThan(3_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(64e6);
    }
  });
});

it('the search for bytes that change is assembled from unchanged-bytes.wat', async () => {
  const source = await readFile('core/auth/unchanged-bytes.wat', 'utf8');
  const assembler = await loadWabt();
  const assembled = assembler.parseWat('unchanged-bytes.wat', source, { simd: true }).toBinary({}).buffer;
  expect(Buffer.from(assembled).toString('base64'), 'put this into MODULE of unchanged-bytes.ts').toBe(MODULE);
});
