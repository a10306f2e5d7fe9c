import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runChild } from '../test/support/child.ts';
import { TestPipeline } from '../test/support/local-pipeline.ts';
import { mailsPerSecond } from './load-process.ts';
import type { Result, Row } from './report.ts';

const MAILS = 10_000;
const MAIL_BYTES = 5 * 1024;

export async function operations(directory: string): Promise<Result> {
  const pipeline = await TestPipeline.start(join(directory, 'operations'));
  const load = { port: pipeline.smtpPort, sessions: 20, mailsPerConnection: null, mailBytes: MAIL_BYTES };
  await mailsPerSecond({ ...load, mails: MAILS });
  await depthReaches(pipeline, MAILS);

  const since = ['--since', '1d'];
  const rows = [
    await timed(pipeline, 'audit', ['audit', ...since]),
    await timed(pipeline, 'replay --dry-run', ['replay', ...since, '--dry-run']),
    await timed(pipeline, 'replay --diff', ['replay', ...since, '--diff']),
  ];
  const started = performance.now();
  rows.push(await timed(pipeline, 'replay, put on the queue', ['replay', ...since, '--rate', '100000']));
  await depthReaches(pipeline, 2 * MAILS);
  rows.push(row('replay, parsed and on the parsed-mail queue', (performance.now() - started) / 1000));
  await pipeline.program.killAll();
  return {
    name: 'operations',
    measured: `commands over ${MAILS.toLocaleString('en')} mails of ${MAIL_BYTES / 1024} KB in local mode, the start of the command included.`,
    rows,
  };
}

async function timed({ awsUrl }: TestPipeline, name: string, args: string[]): Promise<Row> {
  const started = performance.now();
  const { code, stderr } = await runChild(process.execPath, ['cli/mail-pipeline.mjs', ...args], {
    AWS_ENDPOINT_URL: awsUrl,
  });
  if (code !== 0) throw new Error(`${name} failed: ${stderr}`);
  return row(name, (performance.now() - started) / 1000);
}

function row(name: string, seconds: number): Row {
  return { case: name, figures: { seconds, 'mails/s': MAILS / seconds } };
}

async function depthReaches(pipeline: TestPipeline, count: number): Promise<void> {
  const queue = pipeline.queue('parsed-mail');
  while ((await queue.depth()).visible < count) await delay(250);
}
