import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * MB of each of the three semi-spaces of a reader thread's young generation; V8 accepts powers of two only. With 8, the
 * garbage of one hostile mail of some megabytes is collected, and copied, while it is read. From Node 24 on V8 chooses
 * a larger size itself, and survivors go to the old generation at once: beyond its limit, and beyond the room that Node
 * adds for ending the thread. The process is killed then.
 */
export const SEMI_SPACE_MB = 16;
export const YOUNG_GENERATION_MB = 3 * SEMI_SPACE_MB;

/** Bytes of blocks that may pass between two collections, which take about a millisecond each. */
const COLLECT_BYTES = 8 * 1024 * 1024;

type Collect = (options: { type: 'minor' }) => void;

/** Of this thread, like everything here. */
let passed = 0;
let collect: Collect | null = null;

/**
 * Counts a block that passed, and collects from time to time. V8 itself counts only the small objects that own the
 * memory of blocks and chunks: 32 MB of it accumulate in each thread, and more from Node 24 on, before V8 collects.
 */
export function blockPassed(bytes: number): void {
  passed += bytes;
  if (passed < COLLECT_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/**
 * V8 exposes its collector to contexts that are created while this flag is set; nothing else in Node provides it. The
 * flag is process-wide and stays set: a thread that cleared it could clear it for another between the two lines.
 * Without a collector mails take more memory, but are read all the same.
 */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const gc: Collect | undefined = runInNewContext('globalThis.gc');
  return gc ?? (() => {});
}
