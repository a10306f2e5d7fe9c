import type { Random } from './random.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Waiting } from './waiting.ts';

export interface EdgeOptions {
  minTasks: number;
  maxTasks: number;
  /** Target CPU utilisation of scaling. */
  target: number;
  /** Seconds per mail in a task. */
  seconds: number;
  /** Maximum sessions of a task; the next one gets 421. */
  maxSessions: number;
  raw: RateLimit;
  random: Random;
  waiting: Waiting;
}

/** Minutes above the target before a target-tracking policy adds tasks: its alarm evaluates three. Assumed. */
const SCALE_OUT_MINUTES = 3;
/** Seconds from the decision until the load balancer uses a new task. Assumed. */
const START_SECONDS = 60;
/** Seconds the edge tries to store a mail before it answers 451. */
const STORE_SECONDS = 10;

export const EDGE_TASKS = 'edge: tasks';
export const RAW_PUTS = 'S3: PUT/s of raw/HH';

/** The tasks behind the load balancer, which assigns sessions at random, and their scaling by CPU. */
export class Edge {
  readonly #options: EdgeOptions;
  /** When each task will have finished its work. */
  readonly #free: number[];
  #desired: number;
  #busy = 0;
  #minutesAbove = 0;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#desired = options.minTasks;
    this.#free = Array.from({ length: options.minTasks }, () => 0);
  }

  get tasks(): number {
    return this.#free.length;
  }

  /** When a task has read the mail; null when it answers 421. */
  read(now: number): number | null {
    const { seconds, maxSessions, random, waiting } = this.#options;
    const task = Math.floor(random() * this.#free.length);
    const begins = Math.max(now, this.#free[task] ?? 0);
    if ((begins - now) / seconds >= maxSessions) return null;
    this.#free[task] = begins + seconds;
    this.#busy += seconds;
    waiting.add(EDGE_TASKS, begins - now);
    return begins + seconds;
  }

  /** When S3 has stored the mail read at `now`; null when the edge answers 451. */
  store(now: number): number | null {
    const { raw, waiting } = this.#options;
    const wait = raw.wait(now);
    if (wait > STORE_SECONDS) return null;
    waiting.add(RAW_PUTS, wait);
    return raw.take(now);
  }

  /** Called once a minute. Returns after how many seconds how many tasks are added. */
  decide(): { after: number; tasks: number } {
    const { maxTasks, target } = this.#options;
    const use = Math.min(1, this.#busy / (60 * this.#free.length));
    this.#busy = Math.max(0, this.#busy - 60 * this.#free.length);
    this.#minutesAbove = use > target ? this.#minutesAbove + 1 : 0;
    if (this.#minutesAbove < SCALE_OUT_MINUTES) return { after: 0, tasks: 0 };
    const wanted = Math.min(maxTasks, Math.ceil((this.#free.length * use) / target));
    const tasks = Math.max(0, wanted - this.#desired);
    this.#desired += tasks;
    return { after: START_SECONDS, tasks };
  }

  addTasks(now: number, tasks: number): void {
    for (let task = 0; task < tasks; task++) this.#free.push(now);
  }
}
