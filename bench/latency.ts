import { join } from 'node:path';
import { TestPipeline, textMail } from '../test/support/local-pipeline.ts';
import type { Result, Row } from './report.ts';

const COLD_STARTS = 5;
const WARM_MAILS = 200;

export async function latency(directory: string): Promise<Result> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let start = 1; start <= COLD_STARTS; start++) {
    const pipeline = await TestPipeline.start(join(directory, `latency-${start}`));
    cold.push(await milliseconds(pipeline));
    if (start === COLD_STARTS) for (let mail = 0; mail < WARM_MAILS; mail++) warm.push(await milliseconds(pipeline));
    await pipeline.program.killAll();
  }
  return {
    name: 'latency',
    measured:
      'one small mail at a time, from its 250 to the message in the hands of a consumer that was polling the queue; ' +
      'cold is the first mail after a start, whose function has no environment yet.',
    rows: [row(`cold, ${COLD_STARTS} starts`, cold), row(`warm, ${WARM_MAILS} mails`, warm)],
  };
}

async function milliseconds(pipeline: TestPipeline): Promise<number> {
  const queue = pipeline.queue('parsed-mail');
  const polling = queue.receive({ max: 1 });
  await pipeline.send(textMail('latency'));
  const accepted = performance.now();
  const [message] = await polling;
  const arrived = performance.now();
  if (message === undefined) throw new Error('the mail did not come out of the queue within 20 seconds');
  await queue.delete(message.receiptHandle);
  return arrived - accepted;
}

function row(name: string, samples: number[]): Row {
  const sorted = samples.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    case: name,
    figures: {
      'min ms': quantile(0),
      'median ms': quantile(0.5),
      'p95 ms': quantile(0.95),
      'max ms': quantile(1),
    },
  };
}
