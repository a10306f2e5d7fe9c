import type { Resolver } from 'node:dns/promises';
import type { Readable } from 'node:stream';
import type { Account } from '../core/ports/account.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Queue } from '../core/ports/queue.ts';
import type { ReadMime } from '../core/reading/read-content.ts';
import type { CliSettings } from '../core/settings/cli.ts';
import type { Output, Progress } from '../core/terminal/output.ts';
import type { Usage } from '../core/terminal/usage.ts';
import type { Ask } from './ask.ts';

/** What a command works with. `main.ts` builds it; tests build their own. */
export interface CommandContext {
  settings: CliSettings;
  objects: () => ObjectStore;
  /** @param queue name or URL */
  queue: (queue: string) => Promise<Queue>;
  /** @param queue name or URL */
  queueUrl: (queue: string) => Promise<string>;
  /** URLs of the queues whose names begin so. */
  queueUrls: (prefix: string) => Promise<string[]>;
  /** The AWS account of the caller's credentials. Its clients are loaded when it is called. */
  account: () => Promise<Account>;
  /** DNS as this machine is set up. */
  resolver: () => Resolver;
  /** Reads MIME in a supervised thread. */
  read: ReadMime;
  /** Standard input. */
  input: () => Readable;
  /** Null where nobody can be asked: input or standard error is no terminal. */
  ask: Ask | null;
  out: Output;
  err: Output;
  /** For commands that take long; `what` is a word such as "audited". */
  progress: (what: string) => Progress;
  /** For one thing that takes long: `waiting for …`, with the seconds. Returns what ends it. */
  waiting: (what: string) => () => void;
  now: () => Date;
  /** Aborts on Ctrl-C. The command has half a second to end in order, then it is ended. */
  signal: AbortSignal;
  /** What the one line says that is printed after Ctrl-C; "interrupted" when a command says nothing. */
  ifInterrupted(text: () => string): void;
}

export interface Command {
  summary: string;
  usage: Usage;
  /** Resolves with the exit code: 0 success, 1 failure. Throws UsageError for what only the user can mend. */
  run(args: string[], context: CommandContext): Promise<number>;
}
