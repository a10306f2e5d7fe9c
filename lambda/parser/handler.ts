import { parentPort, workerData } from 'node:worker_threads';
import { READER_THREAD } from '../../core/reading/protocol.ts';
import { ReaderThreads } from '../../core/reading/reader-threads.ts';
import { lambdaEnvironment } from '../../core/settings/lambda.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { Authentication } from './authentication/authentication.ts';

/**
 * The function and its reader threads share a bundle; each loads its own part. The authentication thread has a file of
 * its own.
 */
export const handler = await start();

async function start() {
  if (workerData === READER_THREAD && parentPort !== null) {
    const { startReader } = await import('../../core/reading/start-reader.ts');
    await startReader(parentPort);
    return undefined;
  }
  const settings = parserEnvironment.decode(process.env);
  const threads = new ReaderThreads({
    entry: new URL(import.meta.url),
    memoryMb: lambdaEnvironment.decode(process.env).memoryMb,
  });
  // Loads its part while this thread loads its own.
  threads.warm();
  const { createHandler } = await import('./create-handler.ts');
  return createHandler(
    settings,
    process.env,
    threads,
    new Authentication(new URL('authentication.mjs', import.meta.url), settings.dnsServers),
  );
}
