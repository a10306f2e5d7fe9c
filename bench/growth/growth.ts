import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import type { Result, Row } from '../report.ts';
import { FAMILIES, type Family } from './families.ts';

const MB = 1024 * 1024;
/** Memory below this is the same for all sizes, give or take what the collector left: it says nothing about growth. */
const NOTABLE_BYTES = 16 * MB;
/** Milliseconds of a hang. */
const TIMEOUT_MS = 120_000;
const measured = z.object({ seconds: z.number(), memoryBytes: z.number(), mailBytes: z.number() });
type Measured = z.infer<typeof measured>;

/** How time and memory of our reader grow with mails that were made to be slow, each in a process of its own. */
export async function growth(directory: string): Promise<Result> {
  const program = join(directory, 'growth', 'read-once.mjs');
  await build({
    entryPoints: { 'read-once': 'bench/growth/read-once.ts' },
    outdir: join(directory, 'growth'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
  const rows = Object.entries(FAMILIES).map(([name, family]) => rowOf(name, family, program));
  return {
    name: 'growth',
    measured:
      'CPU time and memory of reading one mail of n, 2n and 4n bytes, the document composed. Exponent 1 is linear. Targets: time at most 1.15, at most 1 s a MB, at most 64 MB of memory beyond the texts and reports that are kept.',
    rows: [...rows, worst(rows)],
  };
}

function rowOf(name: string, { bytes }: Family, program: string): Row {
  const [n, twice, four] = [bytes, 2 * bytes, 4 * bytes].map((size) => measure(name, size, program));
  if (n === undefined || twice === undefined || four === undefined) throw new Error(`no figures for ${name}`);
  return {
    case: name,
    figures: {
      'n KB': n.mailBytes / 1024,
      'n ms': n.seconds * 1e3,
      '2n ms': twice.seconds * 1e3,
      '4n ms': four.seconds * 1e3,
      'time exponent': exponent([n, twice, four], ({ seconds }) => seconds),
      's a MB': four.seconds / (four.mailBytes / MB),
      '4n memory MB': four.memoryBytes / MB,
      ...(four.memoryBytes < NOTABLE_BYTES
        ? {}
        : {
            'memory exponent': exponent([n, twice, four], ({ memoryBytes }) =>
              Math.max(memoryBytes, NOTABLE_BYTES / 4),
            ),
          }),
    },
  };
}

/** Slope of a line through the three points, on logarithmic scales. */
function exponent(points: readonly Measured[], value: (point: Measured) => number): number {
  const [n, , four] = points.map((point) => Math.log2(value(point)));
  return ((four ?? Number.NaN) - (n ?? Number.NaN)) / 2;
}

function worst(rows: readonly Row[]): Row {
  const most = (figure: string) => Math.max(...rows.map(({ figures }) => figures[figure] ?? 0));
  const names = ['time exponent', 's a MB', '4n memory MB', 'memory exponent'];
  return { case: 'worst of all', figures: Object.fromEntries(names.map((name) => [name, most(name)])) };
}

function measure(name: string, bytes: number, program: string): Measured {
  const output = execFileSync(process.execPath, ['--expose-gc', program, name, String(bytes)], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return measured.parse(JSON.parse(output));
}
