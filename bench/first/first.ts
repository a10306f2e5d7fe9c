import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { sqsEvent } from '../../test/support/sqs-event.ts';
import { bundleOf } from '../checkout.ts';
import { AwsStandIn, parserVariables, rawMail } from '../parser/stand-in.ts';
import type { Result, Row } from '../report.ts';
import { cpuOf, median } from './cpu-of.ts';

/** Rounds in which all take turns, so that what else the machine does is the same to all. */
const ROUNDS = 9;

const TEXT = 'Could you tell us by Friday whether the second colour can be delivered in the same week?';

/** The language of a text, by itself. */
const LANGUAGE = `import { detectLanguage } from './core/enrich/text/language.ts';
  export const run = () => detectLanguage(${JSON.stringify(TEXT)});`;

/** CPU in milliseconds beyond a bare start, of each round. */
type Samples = Record<string, number[]>;

/** A checkout, built. */
interface Build {
  bundle: string;
  /** Modules that a first mail loads beside the bundle's entry, to be measured by themselves. */
  modules: Readonly<Record<string, string>>;
  samples: Samples;
}

/**
 * The cost of the first mail in an execution environment, in CPU of new processes. With `--against`, compared with
 * another checkout: the one recorded in docs/benchmarks.md is f41c976, of before the work on it.
 */
export async function first(directory: string, checkout?: string): Promise<Result> {
  const here = await built('.', join(directory, 'here'));
  const there = checkout === undefined ? null : await built(checkout, join(directory, 'there'));
  const aws = await AwsStandIn.start(null);
  const bareMs: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [bare] = await cpuOf(['bare']);
      bareMs.push(bare);
      for (const each of [here, there]) if (each !== null) await measure(each, bare, aws);
    }
  } finally {
    aws.child.kill('SIGKILL');
  }
  const bare = median(bareMs);
  return {
    name: 'first',
    measured: `CPU of new processes, all threads, beyond an ES module that does nothing (bare, ${bare.toFixed(0)} ms), medians of ${ROUNDS}: what the first mail of an environment costs, signed, of 3.7 KB, with S3, SQS and DNS in another process, without TLS.`,
    rows: Object.keys(here.samples).map((name) => row(name, bare, here.samples, there?.samples ?? null)),
  };
}

function row(name: string, bare: number, here: Samples, there: Samples | null): Row {
  const own = median(here[name] ?? []);
  const others = median(there?.[name] ?? []);
  return {
    case: name,
    figures: {
      'ms here': own,
      '× bare here': own / bare,
      ...(there && { 'ms there': others, '× bare there': others / bare, 'here / there': own / others }),
    },
  };
}

async function measure({ modules, bundle, samples }: Build, bare: number, aws: AwsStandIn): Promise<void> {
  const add = (name: string, ms: number) => {
    samples[name] = [...(samples[name] ?? []), ms];
  };
  const event = JSON.stringify(sqsEvent(rawMail()));
  const env = parserVariables('first', aws);
  const [imported, ready, answered] = await cpuOf(['bundle', bundle, event], env);
  add('import', imported - bare);
  add('import, reader thread ready', ready - bare);
  add('first invocation after that', answered - ready);
  add('all of it', answered - bare);
  const [thread] = await cpuOf(['thread']);
  add('an empty thread', thread - bare);
  for (const [name, file] of Object.entries(modules)) {
    const [loaded] = await cpuOf(['module', file]);
    add(name, loaded - bare);
  }
}

/** @throws UsageError when the folder is no checkout, or has no packages */
async function built(checkout: string, outdir: string): Promise<Build> {
  const bundle = bundleOf(checkout, 'parser', join(outdir, 'bundle'));
  const language = join(outdir, 'language', 'stdin.mjs');
  await build({
    stdin: { contents: LANGUAGE, resolveDir: resolve(checkout), loader: 'ts' },
    absWorkingDir: resolve(checkout),
    outdir: dirname(language),
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  const modules = { 'language data': language, 'authentication code': authenticationOf(dirname(bundle)) };
  return { bundle, modules, samples: {} };
}

/** The code of the authentication thread: a file by itself, or a chunk of the bundle in older checkouts. */
function authenticationOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const file = files.find((path) => /(^|\/)(authentication|auth-thread-[^/]*)\.mjs$/.test(path));
  if (file === undefined) throw new Error(`there is no authentication thread in ${folder}`);
  return join(folder, file);
}
