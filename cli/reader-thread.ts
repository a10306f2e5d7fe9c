import { parentPort } from 'node:worker_threads';
import { startReader } from '../core/reading/start-reader.ts';

/** The thread in which `parse` reads a mail: one that hangs or explodes is ended, and the command goes on. */
if (parentPort !== null) await startReader(parentPort);
