import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramName } from '../../../core/build/bundle.ts';
import type { Bundle } from '../function-world.ts';

const HOUR_MS = 3_600_000;
/**
 * How far the clocks of programs are from that of the store; the edge's is ahead or behind, by the seed. Lambda says by
 * the function's own clock when an invocation has to end, so none of theirs can be ahead here.
 */
const clocks = (seed: number): Partial<Record<ProgramName, number>> => ({
  'edge-mta': (seed % 2 === 0 ? 20 : -20) * HOUR_MS,
  enricher: -3 * HOUR_MS,
  'dead-letter': -2 * HOUR_MS,
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

const shiftedDate = (offset: number): string =>
  `globalThis.Date = class extends Date { constructor(...of) { super(...(of.length === 0 ? [globalThis.Date.now()] : of)); } static now() { return super.now() + ${offset}; } };`;
