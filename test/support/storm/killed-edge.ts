import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeChild } from '../edge-process.ts';
import type { Bundle } from '../function-world.ts';

/** Seconds that the edge waits for the store. */
export const EDGE_STORE_DEADLINE_SECONDS = 2;

/** One client with many connections and many errors: what would slow it down is not what is looked at. */
const PATIENT = {
  greetDelayMs: 0,
  storeDeadlineSeconds: EDGE_STORE_DEADLINE_SECONDS,
  connectionsPerSource: 1_000,
  connectionsPerMinute: 1_000_000,
  messagesPerMinute: 1_000_000,
  errorsPerMinute: 1_000_000,
};

/** The edge on one port, started again whenever it is killed. */
export class KilledEdge {
  readonly #file: string;
  readonly #directory: string;
  readonly #endpoint: string;
  #child: EdgeChild;
  #restart: Promise<void> = Promise.resolve();

  private constructor(directory: string, file: string, endpoint: string, child: EdgeChild) {
    this.#directory = directory;
    this.#file = file;
    this.#endpoint = endpoint;
    this.#child = child;
  }

  /** @param endpoint of the S3 that it stores at */
  static async start(bundle: Bundle, endpoint: string): Promise<KilledEdge> {
    const directory = await mkdtemp(join(tmpdir(), 'killed-edge-'));
    await bundle('edge-mta', directory);
    const file = join(directory, 'index.mjs');
    return new KilledEdge(directory, file, endpoint, await startEdge(file, endpoint, 0));
  }

  get port(): number {
    return this.#child.smtpPort;
  }

  get pid(): number {
    return this.#child.child.process.pid ?? 0;
  }

  /** kill -9; resolves when another one serves on its port. */
  kill(): Promise<void> {
    const { port } = this;
    this.#child.child.signal('SIGKILL');
    this.#restart = this.#restart.then(async () => {
      await this.#child.stop();
      this.#child = await startEdge(this.#file, this.#endpoint, port);
    });
    return this.#restart;
  }

  async stop(): Promise<void> {
    await this.#restart;
    await this.#child.stop();
    await rm(this.#directory, { recursive: true });
  }
}

const startEdge = (file: string, endpoint: string, smtpPort: number): Promise<EdgeChild> =>
  EdgeChild.start(file, endpoint, { domains: ['ours.test'], smtpPort, bareNewlines: 'reject', limits: PATIENT });
