import { ReaderThreads } from './reader-threads.ts';

/** As in a function with default settings. */
const MEMORY_MB = 1024;

/** Reader threads for programs outside a bundle: the command line, and `parseMail`. */
export const ownReaderThreads = (): ReaderThreads =>
  new ReaderThreads({ entry: new URL('thread-main.mjs', import.meta.url), memoryMb: MEMORY_MB });
