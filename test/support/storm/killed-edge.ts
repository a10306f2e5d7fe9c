import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataHook } from '../../../core/settings/edge.ts';
import { EdgeChild } from '../edge-process.ts';
import type { Bundle } from '../function-harness.ts';

/** Seconds the edge waits for the store. */
export const EDGE_STORE_DEADLINE_SECONDS = 2;

/** Lifts every throttle for a single client with many connections and many errors: throttling is not under test. */
const PATIENT = {
  greetDelayMs: 0,
  storeDeadlineSeconds: EDGE_STORE_DEADLINE_SECONDS,
  connectionsPerSource: 1_000,
  connectionsPerMinute: 1_000_000,
  messagesPerMinute: 1_000_000,
  errorsPerMinute: 1_000_000,
};

interface Settings {
  endpoint: string;
  dataHook: DataHook | null;
}

/** The edge on a fixed port, restarted each time it is killed. */
export class KilledEdge {
  readonly #file: string;
  readonly #directory: string;
  readonly #settings: Settings;
  #child: EdgeChild;
  #restart: Promise<void> = Promise.resolve();

  private constructor(directory: string, file: string, settings: Settings, child: EdgeChild) {
    this.#directory = directory;
    this.#file = file;
    this.#settings = settings;
    this.#child = child;
  }

  /** @param endpoint of the S3 it stores to */
  static async start(bundle: Bundle, endpoint: string, dataHook: DataHook | null = null): Promise<KilledEdge> {
    const directory = await mkdtemp(join(tmpdir(), 'killed-edge-'));
    await bundle('edge-mta', directory);
    const file = join(directory, 'index.mjs');
    const settings = { endpoint, dataHook };
    return new KilledEdge(directory, file, settings, await startEdge(file, settings, 0));
  }

  get port(): number {
    return this.#child.smtpPort;
  }

  get pid(): number {
    return this.#child.child.process.pid ?? 0;
  }

  /** kill -9; resolves when a new process serves on the same port. */
  kill(): Promise<void> {
    const { port } = this;
    this.#child.child.signal('SIGKILL');
    this.#restart = this.#restart.then(async () => {
      await this.#child.stop();
      this.#child = await startEdge(this.#file, this.#settings, port);
    });
    return this.#restart;
  }

  async stop(): Promise<void> {
    await this.#restart;
    await this.#child.stop();
    await rm(this.#directory, { recursive: true });
  }
}

const startEdge = (file: string, { endpoint, dataHook }: Settings, smtpPort: number): Promise<EdgeChild> =>
  EdgeChild.start(file, endpoint, {
    domains: ['ours.test'],
    smtpPort,
    dataHook,
    bareNewlines: 'reject',
    limits: PATIENT,
  });
