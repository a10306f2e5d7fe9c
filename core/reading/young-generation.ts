import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * MB of each of the three semi-spaces where a reader thread's objects begin; V8 knows powers of two only. With 8 the
 * garbage of one hostile mail of some megabytes is collected while it is read, and copied. V8 takes more by itself from
 * Node 24 on, and what of it lives on goes to the old generation at once: past its limit, and past the room that Node
 * adds so that the thread can be ended. The process is ended then.
 */
export const SEMI_SPACE_MB = 16;
export const YOUNG_GENERATION_MB = 3 * SEMI_SPACE_MB;

/** Bytes of blocks that may pass between two collections, which take about a millisecond each. */
const COLLECT_BYTES = 8 * 1024 * 1024;

type Collect = (options: { type: 'minor' }) => void;

/** Of this thread, as everything here. */
let passed = 0;
let collect: Collect | null = null;

/**
 * Counts a block that passed, and collects from time to time. V8 by itself counts the small objects in front of the
 * memory of blocks and chunks: 32 MB of that lie about in each thread, and more from Node 24 on, before it does anything.
 */
export function blockPassed(bytes: number): void {
  passed += bytes;
  if (passed < COLLECT_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/**
 * V8 gives its collector to contexts that are made while it has this flag; nothing else in Node reaches it. The flag is
 * the whole process's and stays: a thread that took it back would take it from another between the two lines. Without a
 * collector mails take more memory, and are read all the same.
 */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const gc: Collect | undefined = runInNewContext('globalThis.gc');
  return gc ?? (() => {});
}
