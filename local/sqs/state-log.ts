import type { Log } from '../../core/log/log.ts';
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
  /** Bytes of one journal file. */
  segmentBytes?: number;
}

/** The state and the journal it comes from. */
export class StateLog {
  readonly state: SqsState;
  readonly #journal: Journal;
  readonly #compactor: Compactor;
  readonly #log: Log;

  private constructor(state: SqsState, journal: Journal, log: Log) {
    this.state = state;
    this.#journal = journal;
    this.#compactor = new Compactor(journal, state, log);
    this.#log = log;
  }

  /** @throws when the journal is damaged or not readable */
  static async open({ directory, log, clock, segmentBytes }: StateLogOptions): Promise<StateLog> {
    const state = new SqsState();
    const now = clock();
    const journal = await Journal.open({
      directory,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      replay: ({ head }, location) => state.replay(readRecord(head, directory), location, now),
      preamble: () => queuesRecord(state),
      torn: (file, bytes) => log.warn('cut off an unfinished journal record', { file, bytes }),
    });
    return new StateLog(state, journal, log);
  }

  /** Resolves when the record is on disk; `applied` runs just before, in the order of the journal. */
  async append(record: StateRecord, applied?: () => void): Promise<void> {
    await this.#journal.append(record, undefined, applied);
    this.#compactor.poke();
  }

  async appendMessage(head: PutRecord, body: Buffer, applied: (location: Location) => void): Promise<void> {
    await this.#journal.append(head, body, applied);
    this.#compactor.poke();
  }

  /** For what is true in memory already and would come about again after a restart that misses it. */
  appendInBackground(record: StateRecord): void {
    this.append(record).catch((error) => this.#log.error('not in the queue journal', { op: record.op, error }));
  }

  /** Appends a record after which something is gone, and keeps compaction from writing it again meanwhile. */
  async appendLeaving(subject: { leaving: number }, record: StateRecord, applied: () => void): Promise<void> {
    subject.leaving += 1;
    try {
      await this.append(record, applied);
    } finally {
      subject.leaving -= 1;
    }
  }

  read(location: Location): Promise<JournalRecord> {
    return this.#journal.read(location);
  }

  async close(): Promise<void> {
    await this.#compactor.close();
    await this.#journal.close();
  }
}

function queuesRecord(state: SqsState): StateRecord {
  return { op: 'queues', queues: state.queues().map(({ definition }) => definition) };
}

function readRecord(head: unknown, directory: string): StateRecord {
  const record = recordSchema.safeParse(head);
  if (record.success) return record.data;
  const remedy = 'move the directory away, or go back to the version that wrote it';
  throw new Error(`the queue journal in ${directory} has a record of another version: ${remedy}`, {
    cause: record.error,
  });
}
