import { ReaderThreads } from './reader-threads.ts';

/** As in a function of the default size. */
const MEMORY_MB = 1024;

/** Reader threads of a program that is no bundle: the command line, and `parseMail`. */
export const ownReaderThreads = (): ReaderThreads =>
  new ReaderThreads({ entry: new URL('thread-main.mjs', import.meta.url), memoryMb: MEMORY_MB });
