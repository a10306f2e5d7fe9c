import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../../core/mail/errors.ts';
import type { Broker } from './broker.ts';
import { SqsError } from './errors.ts';
import type { QueuedMessage } from './message.ts';
import type { LocalQueue } from './state.ts';

export interface MoveTask {
  readonly id: string;
  readonly source: string;
  /** Null: back to the queue each message was dead-lettered from. */
  readonly destination: string | null;
  readonly startedAt: number;
  readonly toMove: number;
  readonly perSecond: number | null;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure: string | null;
}

/** Messages moved at a time when no rate is asked for. */
const BATCH = 10;
/** Tasks that ListMessageMoveTasks can tell of, a queue (AWS keeps as many). */
const KEPT = 10;

/** Redrives of dead-letter queues under way (StartMessageMoveTask). Not kept over a restart: start one again. */
export class MoveTasks {
  readonly #broker: Broker;
  readonly #clock: () => number;
  readonly #running = new Map<string, { cancel: AbortController; done: Promise<void> }>();
  #tasks: MoveTask[] = [];

  constructor(broker: Broker, clock: () => number) {
    this.#broker = broker;
    this.#clock = clock;
  }

  /** @throws SqsError when one is under way for this queue, or a queue does not exist */
  start(source: LocalQueue, destination: string | null, perSecond: number | null): MoveTask {
    const name = source.definition.name;
    if (this.list(name).some(({ status }) => status === 'RUNNING')) {
      throw new SqsError('UnsupportedOperation', 'There is already a task running for this queue.');
    }
    if (destination !== null) this.#broker.queue(destination);
    const task: MoveTask = {
      id: randomUUID(),
      source: name,
      destination,
      startedAt: this.#clock(),
      toMove: source.index.visible,
      perSecond,
      moved: 0,
      status: 'RUNNING',
      failure: null,
    };
    const older = this.list(name).slice(0, KEPT - 1);
    this.#tasks = [task, ...older, ...this.#tasks.filter((other) => other.source !== name)];
    const cancel = new AbortController();
    const done = this.#run(task, source, cancel.signal).finally(() => this.#running.delete(task.id));
    this.#running.set(task.id, { cancel, done });
    return task;
  }

  /** Newest first. */
  list(source: string): MoveTask[] {
    return this.#tasks.filter((task) => task.source === source);
  }

  /** @throws SqsError ResourceNotFoundException */
  async cancel(id: string): Promise<MoveTask> {
    const task = this.#tasks.find((candidate) => candidate.id === id);
    const running = this.#running.get(id);
    if (task === undefined || running === undefined) {
      throw new SqsError('ResourceNotFoundException', 'The task does not exist or is not running.');
    }
    running.cancel.abort();
    await running.done;
    return task;
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#running.values()) cancel.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #run(task: MoveTask, source: LocalQueue, signal: AbortSignal): Promise<void> {
    try {
      const size = Math.min(BATCH, task.perSecond ?? BATCH);
      while (task.moved < task.toMove && !signal.aborted) {
        const most = Math.min(size, task.toMove - task.moved);
        const moved = await this.#broker.move(source, most, (message) => this.#target(task, message));
        if (moved === 0) break;
        task.moved += moved;
        if (task.perSecond !== null) await delay((moved / task.perSecond) * 1_000, undefined, { signal });
      }
      task.status = signal.aborted ? 'CANCELLED' : 'COMPLETED';
    } catch (error) {
      task.status = signal.aborted ? 'CANCELLED' : 'FAILED';
      task.failure = signal.aborted ? null : errorText(error);
    }
  }

  #target(task: MoveTask, message: QueuedMessage): LocalQueue {
    const name = task.destination ?? message.deadLetterSource;
    if (name !== null) return this.#broker.queue(name);
    throw new SqsError('CouldNotDetermineMessageSource', `message ${message.id} was sent to this queue directly`);
  }
}
