import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, UsageError } from '../core/terminal/arguments.ts';
import { nearest } from '../core/terminal/nearest.ts';
import { helpText, type Usage } from '../core/terminal/usage.ts';
import { runLocalProgram } from '../local/program.ts';
import { accept } from './accept.ts';
import { bundles } from './bundles.ts';
import { console as consolePage } from './console.ts';
import { consoleIndex } from './console-index.ts';
import { edge } from './edge.ts';
import { enrichment } from './enrichment.ts';
import { growth } from './growth/growth.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { mimeAgainst } from './mime/against.ts';
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
  console: consolePage,
  'console-index': consoleIndex,
};

/** Those that take many minutes run only when they are named. */
const NAMED_ONLY: ReadonlySet<string> = new Set(['edge', 'growth', 'operations', 'console-index']);
const BY_DEFAULT = Object.keys(BENCHMARKS).filter((name) => !NAMED_ONLY.has(name));
const USAGE = {
  synopsis: ['[-- NAME…] [--json]', '-- mime --against DIR'],
  about: [`Runs benchmarks: ${Object.keys(BENCHMARKS).join(', ')}. Without a name: ${BY_DEFAULT.join(', ')}.`],
  options: {
    json: { type: 'boolean', about: 'the figures as JSON' },
    against: { type: 'string', value: 'DIR', about: 'with mime: this reader beside that of another checkout' },
  },
  examples: ['npm run bench -- mime', 'npm run bench -- accept --json'],
} as const satisfies Usage;

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpText('npm run bench', USAGE, process.stdout.columns ?? null));
    return 0;
  }
  const { values, positionals } = parse(args, USAGE.options);
  const names = positionals.length === 0 ? BY_DEFAULT : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown[0] !== undefined) {
    const near = nearest(unknown[0], Object.keys(BENCHMARKS));
    throw new UsageError(`there is no benchmark "${unknown[0]}"${near === null ? '' : `: did you mean ${near}?`}`);
  }
  const { against } = values;
  if (against !== undefined && names.join() !== 'mime')
    throw new UsageError('--against is for mime: write mime --against DIR');
  // Not the system's temporary directory, which is memory on many machines.
  mkdirSync('.build', { recursive: true });
  const directory = mkdtempSync(resolve('.build/bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const on = machine(directory);
  const results: Result[] = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    const result = against === undefined ? await BENCHMARKS[name]?.(directory) : await mimeAgainst(directory, against);
    if (result !== undefined) results.push(result);
  }
  process.stdout.write(values.json ? `${JSON.stringify({ machine: on, results }, null, 2)}\n` : printable(on, results));
  return 0;
}

await runLocalProgram('npm run bench', () => main(process.argv.slice(2)));
