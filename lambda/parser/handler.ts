import { parentPort, workerData } from 'node:worker_threads';
import { READER_THREAD } from '../../core/reading/protocol.ts';
import { ReaderThreads } from '../../core/reading/reader-threads.ts';
import { lambdaEnvironment } from '../../core/settings/lambda.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import { Authentication } from './authentication/authentication.ts';
import { authThreadSchema } from './authentication/protocol.ts';

/** The function, its reader threads and its authentication thread are the same bundle; each loads its own part. */
export const handler = await start();

async function start() {
  if (workerData === READER_THREAD && parentPort !== null) {
    const { startReader } = await import('../../core/reading/start-reader.ts');
    await startReader(parentPort);
    return undefined;
  }
  const auth = authThreadSchema.safeParse(workerData);
  if (auth.success && parentPort !== null) {
    const { serveAuthentication } = await import('./authentication/auth-thread.ts');
    serveAuthentication(parentPort, auth.data);
    return undefined;
  }
  const settings = parserEnvironment.decode(process.env);
  const threads = new ReaderThreads({
    entry: new URL(import.meta.url),
    memoryMb: lambdaEnvironment.decode(process.env).memoryMb,
  });
  // Reads its half while this thread loads the AWS clients.
  threads.warm();
  const { createHandler } = await import('./create-handler.ts');
  return createHandler(settings, threads, new Authentication(new URL(import.meta.url), settings.dnsServers));
}
