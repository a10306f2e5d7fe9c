import type { Readable } from 'node:stream';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Queue } from '../core/ports/queue.ts';
import type { ReadMime } from '../core/reading/read-content.ts';
import type { CliSettings } from '../core/settings/cli.ts';
import type { Progress } from './progress.ts';

/** What a command works with. `main.ts` builds it; tests build their own. */
export interface World {
  settings: CliSettings;
  objects: () => ObjectStore;
  /** @param queue name or URL */
  queue: (queue: string) => Promise<Queue>;
  /** Reads MIME in a supervised thread. */
  read: ReadMime;
  /** Standard input. */
  input: () => Readable;
  out: Output;
  err: Output;
  /** For commands that take long; `what` is a word such as "audited". */
  progress: (what: string) => Progress;
  now: () => Date;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
}

export interface Output {
  /** Resolves once the text has left the process, so that nothing is taken off a queue before it was shown. */
  write(text: string | Buffer): Promise<void>;
}

export interface Command {
  summary: string;
  usage: string;
  /** Resolves with the exit code: 0 success, 1 failure. Throws UsageError for what only the user can mend. */
  run(args: string[], world: World): Promise<number>;
}
