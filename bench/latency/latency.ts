import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../core/terminal/arguments.ts';
import type { Result, Row } from '../report.ts';
import { type Counts, countsOf, type Delivered, stagesOf } from './stages.ts';
import { TracedPipeline } from './traced-pipeline.ts';

const COLD_STARTS = 5;
const WARM_MAILS = 200;
/** Warm-up mails after the first that are not counted, while V8 compiles the code of a new process. */
const WARM_UP = 30;

/** Mails of one checkout. */
interface Sample {
  cold: Delivered[];
  warm: Delivered[];
}

/**
 * From the 250 to the message in the hands of a consumer.
 *
 * @param against another checkout, with packages: both run at the same time and take turns mail by mail
 * @throws UsageError when it is none
 */
export async function latency(directory: string, against?: string): Promise<Result> {
  if (
    against !== undefined &&
    !['cli/mail-pipeline.mjs', 'node_modules'].every((name) => existsSync(join(against, name)))
  ) {
    throw new UsageError(`--against is "${against}": give a checkout of this project with its packages installed`);
  }
  const checkouts = [process.cwd(), ...(against === undefined ? [] : [resolve(against)])];
  const samples: Sample[] = checkouts.map(() => ({ cold: [], warm: [] }));
  for (let start = 1; start <= COLD_STARTS; start++) {
    const folder = join(directory, `latency-${start}`);
    const runs = await turns(checkouts, folder, start === COLD_STARTS ? WARM_UP + WARM_MAILS : 0);
    for (const [at, [first, ...others]] of runs.entries()) {
      if (first !== undefined) samples[at]?.cold.push(first);
      samples[at]?.warm.push(...others.slice(WARM_UP));
    }
  }
  const [here, there = null] = samples;
  return {
    name: 'latency',
    measured:
      'milliseconds of one small mail at a time, from its 250 to the message in the hands of a consumer that was polling; ' +
      'cold is the first mail after a start. ' +
      (there === null ? '' : `There is ${against}; its mails take turns with those of here.`),
    rows: here === undefined ? [] : (['cold', 'warm'] as const).flatMap((kind) => rowsOf(kind, here, there)),
  };
}

/** Starts a pipeline of each checkout with its first mail, then delivers `mails` more to each by turns. */
async function turns(checkouts: readonly string[], folder: string, mails: number): Promise<Delivered[][]> {
  const pipelines: TracedPipeline[] = [];
  try {
    for (const [at, checkout] of checkouts.entries()) {
      const pipeline = await TracedPipeline.start(checkout, `${folder}-${at}`);
      pipelines.push(pipeline);
      await pipeline.deliver(mail());
    }
    for (let count = 0; count < mails; count++) for (const pipeline of pipelines) await pipeline.deliver(mail());
    const delivered: Delivered[][] = [];
    for (const pipeline of pipelines.splice(0)) delivered.push(await pipeline.stop());
    return delivered;
  } finally {
    for (const pipeline of pipelines) await pipeline.kill();
  }
}

function rowsOf(kind: keyof Sample, here: Sample, there: Sample | null): Row[] {
  const [ours, theirs] = [here[kind], there?.[kind] ?? null];
  const row = (name: string, of: (mail: Delivered) => number): Row => ({
    case: `${kind}: ${name}`,
    figures: {
      ...quantiles('', ours.map(of)),
      ...(theirs === null ? {} : quantiles(' there', theirs.map(of))),
      ...(theirs === null ? {} : { 'median / median': median(ours.map(of)) / median(theirs.map(of)) }),
    },
  });
  const stages = ours[0] === undefined ? [] : stagesOf(ours[0]).map(({ stage }) => stage);
  const count = (name: keyof Counts) => (mail: Delivered) => countsOf(mail)[name];
  return [
    row(`${ours.length} mails`, ({ accepted, received }) => received - accepted),
    ...stages.map((name) => row(name, (mail) => stagesOf(mail).find(({ stage }) => stage === name)?.ms ?? Number.NaN)),
    row('requests (number)', count('requests')),
    row('fsyncs (number)', count('fsyncs')),
    row('fsyncs in sequence (number)', count('inSequence')),
  ];
}

function quantiles(where: string, samples: readonly number[]): Record<string, number> {
  return { [`median${where}`]: median(samples), [`p95${where}`]: quantile(samples, 0.95) };
}

const median = (samples: readonly number[]): number => quantile(samples, 0.5);

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

let numbered = 0;

/** Each with an id of its own: another delivery of the same mail would be a duplicate. */
function mail(): Buffer {
  const id = `${process.pid}.${++numbered}@bench.example.org`;
  return Buffer.from(
    `From: Ada <ada@example.org>\r\nTo: Bob <bob@example.com>\r\nSubject: Meeting\r\nMessage-ID: <${id}>\r\n` +
      'Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nHello Bob, shall we meet tomorrow at ten to talk about the plan?\r\n',
  );
}
