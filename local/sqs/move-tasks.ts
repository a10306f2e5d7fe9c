import { errorText } from '../../core/mail/errors.ts';
import type { Broker } from './broker.ts';
import { SqsError } from './errors.ts';
import type { QueuedMessage } from './message.ts';
import type { LocalQueue } from './state.ts';

export interface MoveTask {
  readonly source: string;
  /** Null: back to the queue each message was dead-lettered from. */
  readonly destination: string | null;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  failure: string | null;
}

/** Messages moved at a time. */
const BATCH = 10;

/** Redrives of dead-letter queues (StartMessageMoveTask), the last one a queue. A restart ends and forgets them. */
export class MoveTasks {
  readonly #broker: Broker;
  readonly #tasks = new Map<string, MoveTask>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** @throws SqsError when one is under way for this queue, or a queue does not exist */
  start(source: LocalQueue, destination: string | null): void {
    const { name } = source.definition;
    if (this.last(name)?.status === 'RUNNING') {
      throw new SqsError('UnsupportedOperation', 'There is already a task running for this queue.');
    }
    if (destination !== null) this.#broker.queue(destination);
    const task: MoveTask = {
      source: name,
      destination,
      startedAt: Date.now(),
      toMove: source.index.visible,
      moved: 0,
      status: 'RUNNING',
      failure: null,
    };
    this.#tasks.set(name, task);
    const done = this.#run(task, source).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  last(source: string): MoveTask | undefined {
    return this.#tasks.get(source);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running);
  }

  async #run(task: MoveTask, source: LocalQueue): Promise<void> {
    try {
      while (task.moved < task.toMove && !this.#closed) {
        const most = Math.min(BATCH, task.toMove - task.moved);
        const moved = await this.#broker.move(source, most, (message) => this.#target(task, message));
        if (moved === 0) break;
        task.moved += moved;
      }
      task.status = 'COMPLETED';
    } catch (error) {
      task.status = 'FAILED';
      task.failure = errorText(error);
    }
  }

  #target(task: MoveTask, message: QueuedMessage): LocalQueue {
    const name = task.destination ?? message.deadLetterSource;
    if (name !== null) return this.#broker.queue(name);
    throw new SqsError('CouldNotDetermineMessageSource', `message ${message.id} was sent to this queue directly`);
  }
}
