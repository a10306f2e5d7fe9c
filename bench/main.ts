import { mkdirSync, mkdtempSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, UsageError } from '../core/terminal/arguments.ts';
import { nearest } from '../core/terminal/nearest.ts';
import { helpText, type Usage } from '../core/terminal/usage.ts';
import { runLocalProgram } from '../local/program.ts';
import { removeAtExit } from '../local/remove-at-exit.ts';
import { machine, printable, type Result } from './report.ts';

/** Runs one benchmark with its data below `directory`, on a disk. `checkout` is another checkout to compare with. */
export type Benchmark = (directory: string, checkout?: string) => Promise<Result>;

/** Loaded on demand; loading all takes seconds. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  accept: async () => (await import('./accept.ts')).accept,
  edge: async () => (await import('./edge.ts')).edge,
  latency: async () => (await import('./latency/latency.ts')).latency,
  memory: async () => (await import('./memory.ts')).memory,
  mime: async () => (await import('./mime/throughput.ts')).mime,
  dkim: async () => (await import('./dkim.ts')).dkim,
  growth: async () => (await import('./growth/growth.ts')).growth,
  ocr: async () => (await import('./ocr.ts')).ocr,
  parser: async () => (await import('./parser/parser.ts')).parser,
  burst: async () => (await import('./burst/burst.ts')).burst,
  first: async () => (await import('./first/first.ts')).first,
  cost: async () => (await import('./cost/cost.ts')).cost,
  bundles: async () => (await import('./bundles.ts')).bundles,
  enrichment: async () => (await import('./enrichment.ts')).enrichment,
  operations: async () => (await import('./operations.ts')).operations,
  console: async () => (await import('./console.ts')).console,
  'console-index': async () => (await import('./console-index.ts')).consoleIndex,
};

/** Benchmarks that take minutes of CPU run only when named. */
const NAMED_ONLY: ReadonlySet<string> = new Set(['burst', 'edge', 'growth', 'operations', 'console-index']);
const BY_DEFAULT = Object.keys(BENCHMARKS).filter((name) => !NAMED_ONLY.has(name));
/** Those that compare this checkout with another. */
const COMPARING = ['latency', 'mime', 'parser', 'first'];
const USAGE = {
  synopsis: ['[-- NAME…] [--json]', `-- ${COMPARING.join('|')} --against DIR`],
  about: [`Runs benchmarks: ${Object.keys(BENCHMARKS).join(', ')}. Without a name: ${BY_DEFAULT.join(', ')}.`],
  options: {
    json: { type: 'boolean', about: 'the figures as JSON' },
    against: { type: 'string', value: 'DIR', about: `with ${COMPARING.join(', ')}: beside another checkout` },
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
  if (against !== undefined && !names.every((name) => COMPARING.includes(name)))
    throw new UsageError(`--against is for ${COMPARING.join(', ')}: write ${COMPARING[0]} --against DIR`);
  // Not the system's temporary directory, which is memory on many machines.
  mkdirSync('.build', { recursive: true });
  const directory = mkdtempSync(resolve('.build/bench-'));
  process.once('exit', () => removeAtExit(directory));
  const on = machine(directory);
  const results: Result[] = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    const benchmark = await BENCHMARKS[name]?.();
    if (benchmark !== undefined) results.push(await benchmark(directory, against));
  }
  process.stdout.write(values.json ? `${JSON.stringify({ machine: on, results }, null, 2)}\n` : printable(on, results));
  return 0;
}

await runLocalProgram('npm run bench', () => main(process.argv.slice(2)));
