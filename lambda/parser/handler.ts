import { parentPort, workerData } from 'node:worker_threads';
import { decodeParserEnvironment } from '../../core/env/parser-environment.ts';
import { READER_THREAD } from './reading/protocol.ts';
import { ReaderThreads } from './reading/reader-threads.ts';

/** The function and its reader threads are the same bundle; each loads its own half of it. */
export const handler = await start();

async function start() {
  if (workerData === READER_THREAD && parentPort !== null) {
    const { startReader } = await import('./reading/start-reader.ts');
    await startReader(parentPort);
    return undefined;
  }
  const settings = decodeParserEnvironment(process.env);
  const threads = new ReaderThreads({ entry: new URL(import.meta.url), memoryMb: settings.memoryMb });
  // Reads its half while this thread loads the AWS clients.
  threads.warm();
  const { createHandler } = await import('./world.ts');
  return createHandler(settings, threads);
}
