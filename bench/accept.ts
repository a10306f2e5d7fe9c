import { join } from 'node:path';
import { TestPipeline } from '../test/support/local-pipeline.ts';
import { startEdgeAndStore } from './edge-and-store.ts';
import { mailsPerSecond } from './load-process.ts';
import type { Result, Row } from './report.ts';

const MAIL_BYTES = 5 * 1024;
const SESSIONS = 20;
const WARM_UP = 200;
const REUSED = { mails: 6_000, mailsPerConnection: null };
const NEW = { mails: 2_000, mailsPerConnection: 1 };

export async function accept(directory: string): Promise<Result> {
  const alone = await startEdgeAndStore(join(directory, 'accept-alone'));
  const rows = await measure(alone.smtpPort, 'edge and store');
  await alone.stop();
  const pipeline = await TestPipeline.start(join(directory, 'accept-pipeline'));
  rows.push(...(await measure(pipeline.smtpPort, 'whole pipeline')));
  await pipeline.program.killAll();
  return {
    name: 'accept',
    measured:
      `mails of ${MAIL_BYTES / 1024} KB answered 250, on disk with fsync, over ${SESSIONS} sessions at a time; the load ` +
      'generator runs on the same processors, and in the whole pipeline the functions do as well.',
    rows,
  };
}

async function measure(port: number, what: string): Promise<Row[]> {
  const load = { port, sessions: SESSIONS, mailBytes: MAIL_BYTES };
  await mailsPerSecond({ ...load, ...REUSED, mails: WARM_UP });
  return [
    { case: `${what}, reused connections`, figures: { 'mails/s': await mailsPerSecond({ ...load, ...REUSED }) } },
    { case: `${what}, a connection a mail`, figures: { 'mails/s': await mailsPerSecond({ ...load, ...NEW }) } },
  ];
}
