import type { Log } from '../../core/log/log.ts';
import { listSetAside, type SetAside } from '../disk/set-aside.ts';
import { Compactor } from './compactor.ts';
import { Journal } from './journal.ts';
import type { Location } from './message.ts';
import type { JournalRecord } from './record-frame.ts';
import { type PutRecord, recordSchema, type StateRecord } from './records.ts';
import { SqsState } from './state.ts';

export interface StateLogOptions {
  directory: string;
  log: Log;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Maximum bytes of a journal file. */
  segmentBytes?: number;
}

/** The state and its journal. */
export class StateLog {
  readonly state: SqsState;
  /** Files with damaged parts of the journal, from this start and earlier ones. */
  readonly setAside: readonly SetAside[];
  readonly #journal: Journal;
  readonly #compactor: Compactor;
  readonly #log: Log;

  private constructor(state: SqsState, journal: Journal, log: Log, setAside: readonly SetAside[]) {
    this.state = state;
    this.setAside = setAside;
    this.#journal = journal;
    this.#compactor = new Compactor(journal, state, log);
    this.#log = log;
  }

  /**
   * Opens the journal. Sets damaged records aside in a file beside it and keeps the others.
   *
   * @throws when the journal is unreadable, or contains records of another version
   */
  static async open(options: StateLogOptions): Promise<StateLog> {
    const { directory, log } = options;
    let { state, journal } = await load(options);
    if (journal.repaired) {
      await journal.close();
      ({ state, journal } = await load(options));
      if (journal.repaired) {
        await journal.close();
        throw new Error(`${directory} reads differently each time: is the disk failing?`);
      }
    }
    return new StateLog(state, journal, log, await listSetAside(directory));
  }

  /** Resolves when the record is on disk; `applied` runs just before, in the order of the journal. */
  async append(record: StateRecord, applied?: () => void): Promise<void> {
    await this.#journal.append(record, undefined, applied);
    this.#compactor.poke();
  }

  /** Resolves when the record is in the journal, before its sync: for changes that a power failure may undo. */
  async write(record: StateRecord): Promise<void> {
    await this.#journal.write(record);
    this.#compactor.poke();
  }

  async appendMessage(head: PutRecord, body: Buffer, applied: (location: Location) => void): Promise<void> {
    await this.#journal.append(head, body, applied);
    this.#compactor.poke();
  }

  /** For changes that are already applied in memory and would recur after a restart without the record. */
  appendInBackground(record: StateRecord): void {
    this.append(record).catch((error) =>
      this.#log.error('a record could not be written to the queue journal', { op: record.op, error }),
    );
  }

  /**
   * Appends a change that memory shows once it is on disk, and keeps compaction from writing the old state after it.
   */
  async appendPending(subject: { pending: number }, record: StateRecord, applied: () => void): Promise<void> {
    subject.pending += 1;
    try {
      await this.append(record, applied);
    } finally {
      subject.pending -= 1;
    }
  }

  /** Null when the record is damaged on disk, which is logged. The next start sets it aside. */
  async read(location: Location): Promise<JournalRecord | null> {
    const record = await this.#journal.read(location);
    if (record === null)
      this.#log.error('a message is damaged in the queue journal and cannot be read', { ...location });
    return record;
  }

  async close(): Promise<void> {
    await this.#compactor.close();
    await this.#journal.close();
  }
}

async function load({ directory, log, clock, segmentBytes }: StateLogOptions) {
  const state = new SqsState();
  const now = clock();
  let isDamaged = false;
  const journal = await Journal.open({
    directory,
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    replay: ({ head }, location) => {
      const record = readRecord(head, directory);
      if (isDamaged && (record.op === 'put' || record.op === 'deadLettered')) {
        const isKnown = state.bringBack(record.queueId, now);
        if (!isKnown) log.error('the queue of a message is unknown; the message was dropped', { messageId: record.id });
      }
      state.replay(record, location, now);
    },
    preamble: () => queuesRecord(state),
    torn: (file, bytes) => log.warn('truncated an unfinished journal record', { file, bytes }),
    damaged: (file, offset, bytes) => {
      isDamaged = true;
      log.error('a part of the queue journal is damaged and was set aside', { file, offset, bytes });
    },
  });
  return { state, journal };
}

function queuesRecord(state: SqsState): StateRecord {
  return { op: 'queues', queues: state.queues().map(({ definition }) => definition) };
}

function readRecord(head: unknown, directory: string): StateRecord {
  const record = recordSchema.safeParse(head);
  if (record.success) return record.data;
  const remedy = 'move the directory away, or use the version that wrote it';
  throw new Error(`the queue journal in ${directory} has a record of another version: ${remedy}`, {
    cause: record.error,
  });
}
