import { parentPort } from 'node:worker_threads';
import { startReader } from './start-reader.ts';

/** A reader thread outside the functions: a mail that hangs or explodes ends the thread, and its program continues. */
if (parentPort !== null) await startReader(parentPort);
