import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiecePacker } from '../../edge-mta/store/piece-packer.ts';

const KB = 1024;

function packed(pieces: readonly Buffer[]): Buffer[] {
  const kept: Buffer[] = [];
  const packer = new PiecePacker((piece) => kept.push(piece));
  for (const piece of pieces) packer.add(piece);
  packer.flush();
  return kept;
}

/** Each piece has its own memory, as pieces from a socket do. */
const piecesOf = (lengths: readonly number[]): Buffer[] =>
  lengths.map((length, at) => Buffer.alloc(length, `${at} `) as Buffer);

const memoryOf = (pieces: readonly Buffer[]): number =>
  [...new Set(pieces.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);

describe('PiecePacker', () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 * KB })), {
    maxLength: 300,
  });

  it('keeps bytes and order, with memory and pieces proportional to the bytes', () => {
    fc.assert(
      fc.property(lengths, (some) => {
        const pieces = piecesOf(some);
        const whole = Buffer.concat(pieces);
        const kept = packed(pieces);
        expect(Buffer.concat(kept).equals(whole)).toBe(true);
        expect(memoryOf(kept)).toBeLessThanOrEqual(2 * whole.length + 4 * KB);
        expect(kept.length).toBeLessThanOrEqual((2 * whole.length) / (4 * KB) + 1);
      }),
    );
  });

  it.each([
    ['single bytes', Array.from({ length: 500_000 }, () => 1)],
    ['single bytes between large pieces', Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? 1 : 4 * KB))],
  ])('needs no more memory for %s', (_, some) => {
    const total = some.reduce((sum, length) => sum + length, 0);
    const kept = packed(piecesOf(some));
    expect(memoryOf(kept)).toBeLessThan(total + 64 * KB);
    expect(kept.length).toBeLessThanOrEqual((2 * total) / (4 * KB) + 1);
  });

  it('does not copy large pieces', () => {
    const [piece = Buffer.of()] = piecesOf([4 * KB]);
    expect(packed([piece])[0]).toBe(piece);
  });
});
