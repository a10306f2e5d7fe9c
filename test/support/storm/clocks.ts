import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramName } from '../../../core/build/bundle.ts';
import type { Bundle } from '../function-harness.ts';

const HOUR_MS = 3_600_000;
/** Milliseconds from one jump of the edge's clock to the next: forth, and back again. */
const JUMP_MS = 5_000;
/**
 * How far the clocks of programs are from that of the store, in milliseconds. The edge's jumps; the seed says whether it
 * begins ahead or behind. Lambda says by the function's own clock when an invocation has to end, so none of theirs can
 * be ahead here, or jump.
 */
const clocks = (seed: number): Partial<Record<ProgramName, string>> => ({
  'edge-mta': `(Math.floor(performance.now() / ${JUMP_MS} + ${seed % 2}) % 2 === 0 ? ${20 * HOUR_MS} : ${-20 * HOUR_MS})`,
  enricher: `${-3 * HOUR_MS}`,
  'dead-letter': `${-2 * HOUR_MS}`,
});

/** Bundles whose clocks are off. */
export function withClocks({ bundle, seed }: { bundle: Bundle; seed: number }): Bundle {
  return async (name, outdir) => {
    await bundle(name, outdir);
    const offset = clocks(seed)[name];
    if (offset === undefined) return;
    const file = join(outdir, 'index.mjs');
    await writeFile(file, `${shiftedDate(offset)}\n${await readFile(file, 'utf8')}`);
  };
}

/** @param offset an expression */
const shiftedDate = (offset: string): string =>
  `globalThis.Date = class extends Date { constructor(...of) { super(...(of.length === 0 ? [globalThis.Date.now()] : of)); } static now() { return super.now() + ${offset}; } };`;
