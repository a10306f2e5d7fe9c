import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramName } from '../../../core/build/bundle.ts';
import type { Bundle } from '../function-harness.ts';

const HOUR_MS = 3_600_000;
/** Milliseconds between jumps of the edge's clock, alternately forward and back. */
const JUMP_MS = 5_000;
/**
 * Clock skew of the programs against the store, in milliseconds. The edge's clock jumps; the seed decides whether it
 * starts ahead or behind. Lambda states the deadline of an invocation by the function's own clock, so no function's
 * clock may run ahead or jump here.
 */
const clocks = (seed: number): Partial<Record<ProgramName, string>> => ({
  'edge-mta': `(Math.floor(performance.now() / ${JUMP_MS} + ${seed % 2}) % 2 === 0 ? ${20 * HOUR_MS} : ${-20 * HOUR_MS})`,
  enricher: `${-3 * HOUR_MS}`,
  'dead-letter': `${-2 * HOUR_MS}`,
});

/** Bundles programs with skewed clocks. */
export function withClocks({ bundle, seed }: { bundle: Bundle; seed: number }): Bundle {
  return async (name, outdir) => {
    await bundle(name, outdir);
    const offset = clocks(seed)[name];
    if (offset === undefined) return;
    const file = join(outdir, 'index.mjs');
    await writeFile(file, `${shiftedDate(offset)}\n${await readFile(file, 'utf8')}`);
  };
}

/** @param offset a JavaScript expression */
const shiftedDate = (offset: string): string =>
  `globalThis.Date = class extends Date { constructor(...of) { super(...(of.length === 0 ? [globalThis.Date.now()] : of)); } static now() { return super.now() + ${offset}; } };`;
