import { parentPort } from 'node:worker_threads';
import { startReader } from './start-reader.ts';

/** The thread in which a mail is read outside of the functions: one that hangs or explodes is ended, and its program goes on. */
if (parentPort !== null) await startReader(parentPort);
