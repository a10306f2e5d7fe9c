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

/** Dependencies of a command. `main.ts` creates them; tests create their own. */
export interface CommandContext {
  settings: CliSettings;
  objects: () => ObjectStore;
  /** @param queue name or URL */
  queue: (queue: string) => Promise<Queue>;
  /** @param queue name or URL */
  queueUrl: (queue: string) => Promise<string>;
  /** URLs of the queues whose names start with the prefix. */
  queueUrls: (prefix: string) => Promise<string[]>;
  /** The AWS account of the caller's credentials. Loads its clients on the first call. */
  account: () => Promise<Account>;
  /** Uses the DNS servers configured on this machine. */
  resolver: () => Resolver;
  /** Reads MIME in a supervised thread. */
  read: ReadMime;
  /** Standard input. */
  input: () => Readable;
  /** Null when standard input or standard error is not a terminal, so there is nobody to ask. */
  ask: Ask | null;
  out: Output;
  err: Output;
  /** Progress of a long command; `what` is a word such as "audited". */
  progress: (what: string) => Progress;
  /** Shows one long wait as `waiting for …` with the seconds. Returns the function that ends it. */
  waiting: (what: string) => () => void;
  now: () => Date;
  /** Aborts on Ctrl-C. The command has half a second to shut down before the process exits. */
  signal: AbortSignal;
  /** Sets the line printed after Ctrl-C; the default is "interrupted". */
  ifInterrupted(text: () => string): void;
}

export interface Command {
  summary: string;
  usage: Usage;
  /** Resolves with the exit code: 0 success, 1 failure. Throws UsageError for mistakes on the command line. */
  run(args: string[], context: CommandContext): Promise<number>;
}
