import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { SEMI_SPACE_MB } from '../../core/reading/young-generation.ts';
import { printedBy } from '../printed-by.ts';
import type { Result, Row } from '../report.ts';
import { SUBJECTS } from './subjects.ts';

const MB = 1024 * 1024;
/** Less memory than this says nothing about growth: it varies with the garbage collector. */
const NOTABLE_BYTES = 16 * MB;
/** If the largest mail takes less than this beyond an empty one, the exponent is noise. */
const NOTABLE_SECONDS = 1e-3;
/** The same young generation as in the parser's reading thread. */
const NODE_OPTIONS = ['--expose-gc', `--max-semi-space-size=${SEMI_SPACE_MB}`];
/** Milliseconds after which a reading counts as hung. */
const TIMEOUT_MS = 120_000;

/** How time and memory of our reader grow with mails that were made to be slow, each shape in processes of its own. */
export async function growth(directory: string): Promise<Result> {
  const programs = join(directory, 'growth');
  await build({
    entryPoints: ['bench/growth/measure-time.ts', 'bench/growth/measure-memory.ts'],
    outdir: programs,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
  const rows: Row[] = [];
  for (const [name, { bytes }] of Object.entries(SUBJECTS)) rows.push(await rowOf(name, bytes, programs));
  return {
    name: 'growth',
    measured:
      'CPU time and memory of reading one mail of n, 2n and 4n bytes, the document composed, language and mood found. Exponent 1 is linear; it is that of the time beyond what the same mail takes with nothing in it. Targets: time at most 1.15, at most 1 s a MB, at most 64 MB of memory beyond the texts and reports that are kept. The controls are linear beyond doubt: what they show above 1 is the machine and V8.',
    rows: [...rows, worst(rows.filter((row) => !row.case.startsWith('control')))],
  };
}

async function rowOf(name: string, bytes: number, programs: string): Promise<Row> {
  const sizes = [bytes, 2 * bytes, 4 * bytes];
  const [nothing = Number.NaN, ...seconds] = z
    .array(z.number())
    .parse(await run(join(programs, 'measure-time.mjs'), name, [0, ...sizes]));
  const memory: number[] = [];
  for (const size of sizes)
    memory.push(z.number().parse(await run(join(programs, 'measure-memory.mjs'), name, [size])));
  const [n = Number.NaN, twice = Number.NaN, four = Number.NaN] = seconds;
  const fourMemory = memory.at(-1) ?? Number.NaN;
  const times = four - nothing < NOTABLE_SECONDS ? null : exponent(n - nothing, four - nothing);
  const bulk = fourMemory < NOTABLE_BYTES ? null : exponent(Math.max(memory[0] ?? 0, NOTABLE_BYTES / 4), fourMemory);
  return {
    case: name,
    figures: {
      'n KB': bytes / 1024,
      'n ms': n * 1e3,
      '2n ms': twice * 1e3,
      '4n ms': four * 1e3,
      ...(times === null ? {} : { 'time exponent': times }),
      's a MB': four / ((4 * bytes) / MB),
      '4n memory MB': fourMemory / MB,
      ...(bulk === null ? {} : { 'memory exponent': bulk }),
    },
  };
}

/**
 * Slope of the line of least squares through three points a doubling apart, on logarithmic scales: the middle drops
 * out.
 */
function exponent(n: number, four: number): number {
  return Math.log2(four / n) / 2;
}

function worst(rows: readonly Row[]): Row {
  const most = (figure: string) => Math.max(...rows.map(({ figures }) => figures[figure] ?? 0));
  const names = ['time exponent', 's a MB', '4n memory MB', 'memory exponent'];
  return { case: 'worst of all', figures: Object.fromEntries(names.map((name) => [name, most(name)])) };
}

async function run(program: string, name: string, sizes: number[]): Promise<unknown> {
  const args = [...NODE_OPTIONS, program, name, ...sizes.map(String)];
  return JSON.parse(await printedBy(process.execPath, args, { timeout: TIMEOUT_MS }));
}
