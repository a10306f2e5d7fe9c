import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accept } from './accept.ts';
import { bundles } from './bundles.ts';
import { edge } from './edge.ts';
import { enrichment } from './enrichment.ts';
import { growth } from './growth/growth.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { mime } from './mime/throughput.ts';
import { ocr } from './ocr.ts';
import { operations } from './operations.ts';
import { machine, printable, type Result } from './report.ts';

/** Runs one benchmark; its data goes below `directory`, on a disk. */
export type Benchmark = (directory: string) => Promise<Result>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  accept,
  edge,
  latency,
  memory,
  mime,
  growth,
  ocr,
  bundles,
  enrichment,
  operations,
};

/** Those that take many minutes run only when they are named. */
const NAMED_ONLY: ReadonlySet<string> = new Set(['edge', 'growth', 'operations']);
const BY_DEFAULT = Object.keys(BENCHMARKS).filter((name) => !NAMED_ONLY.has(name));
const USAGE = `Usage: npm run bench [-- NAME…] [--json]\nBenchmarks: ${Object.keys(BENCHMARKS).join(', ')} (by default: ${BY_DEFAULT.join(', ')})\n`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const names = positionals.length === 0 ? BY_DEFAULT : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no benchmark "${unknown.join('", "')}".\n${USAGE}`);
    return 2;
  }
  // Not the system's temporary directory, which is memory on many machines.
  mkdirSync('.build', { recursive: true });
  const directory = mkdtempSync(resolve('.build/bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const on = machine(directory);
  const results: Result[] = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    const result = await BENCHMARKS[name]?.(directory);
    if (result !== undefined) results.push(result);
  }
  process.stdout.write(values.json ? `${JSON.stringify({ machine: on, results }, null, 2)}\n` : printable(on, results));
  return 0;
}

// So that what the benchmark started ends as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  return 1;
});
