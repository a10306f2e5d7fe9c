import { createServer } from 'node:http';
import { firstMailIdAt } from '../../core/mail/id.ts';
import { parsedKey, rawKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { FailedMail } from '../../core/outcome/failures.ts';
import type { ApiError } from '../../local/console/api/api.ts';
import { Console, type ConsoleOptions } from '../../local/console/console.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { failedMail } from './failed-mail.ts';
import { type LocalS3, startLocalS3 } from './local-s3.ts';
import { parsedMail } from './parsed-mail.ts';
import { quietLog } from './quiet-log.ts';

export const BUCKETS = { raw: 'raw-mail', content: 'mail-content' };
const START = Date.UTC(2026, 10, 22, 10);
export const ASSETS = { script: 'globalThis.started = true;', style: 'body { margin: 0 }' };

/** A console on a real local S3 that notifies it of changes, without the browser side. */
export class TestConsole {
  readonly s3: LocalS3;
  readonly console: Console;
  readonly origin: string;
  readonly #stop: () => Promise<void>;
  #made = 0;

  private constructor(s3: LocalS3, console: Console, origin: string, stop: () => Promise<void>) {
    this.s3 = s3;
    this.console = console;
    this.origin = origin;
    this.#stop = stop;
  }

  /** @param before stores what already exists when the console starts */
  static async start(
    options: Partial<ConsoleOptions> = {},
    before?: (s3: LocalS3) => Promise<void>,
  ): Promise<TestConsole> {
    let console: Console | null = null;
    const s3 = await startLocalS3({ changed: (change) => console?.changed(change) });
    await before?.(s3);
    console = new Console({
      store: s3.objects,
      buckets: BUCKETS,
      place: { kind: 'local', name: 'local', rawBucket: BUCKETS.raw, contentBucket: BUCKETS.content },
      version: '0.0.0',
      assets: ASSETS,
      since: null,
      queues: [],
      queuesEveryMs: 0,
      resolutionMs: 1,
      latencyUntil: 'queue',
      storeFault: () => null,
      became: () => {},
      pages: { page: () => Promise.reject(new Error('no pages are drawn in this test')) },
      actions: [],
      log: quietLog(),
      ...options,
    });
    const server = createServer(console.listener);
    const origin = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    const opened = console;
    return new TestConsole(s3, opened, origin, async () => {
      await opened.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3.stop();
    });
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.origin}${path}`, init);
  }

  /** The JSON of a successful response. @throws for any other status */
  async json<T>(path: string): Promise<T> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return JSON.parse(await response.text());
  }

  async error(path: string, init?: RequestInit): Promise<{ status: number } & ApiError['error']> {
    const response = await this.get(path, init);
    const { error }: ApiError = JSON.parse(await response.text());
    return { status: response.status, ...error };
  }

  /** The token embedded in the page. */
  async token(): Promise<string> {
    return /"token":"([\w-]+)"/.exec(await (await this.get('/flow')).text())?.[1] ?? '';
  }

  /** Stores a raw mail and its document; returns its id. */
  putMail(overrides: Partial<ParsedMail> = {}, at?: number): Promise<string> {
    return putMail(this.s3, overrides.id ?? this.id(at), overrides);
  }

  /** Stores the failure of a mail that could not be parsed; returns its id. */
  async putFailed(overrides: Partial<FailedMail> = {}): Promise<string> {
    const id = overrides.id ?? this.id();
    await this.putFailure({ id, ...overrides });
    return id;
  }

  async putFailure(failure: Partial<FailedMail> & { id: string }): Promise<void> {
    const { key, json } = failedMail(failure);
    await this.put(BUCKETS.content, key, json);
  }

  async put(bucket: string, key: string, body: string | Buffer, metadata = {}): Promise<void> {
    await this.s3.store.put({ bucket, key }, Buffer.from(body), { metadata });
  }

  /** A new id, later than all earlier ones by default. */
  id(at = START + this.#made * 1_000): string {
    this.#made += 1;
    return firstMailIdAt(new Date(at)).slice(0, -5) + String(this.#made).padStart(5, '0');
  }
}

export async function putMail({ store }: LocalS3, id: string, overrides: Partial<ParsedMail> = {}): Promise<string> {
  const raw = { ...parsedMail().raw, key: rawKey(id) };
  const mail = parsedMail({ id, raw, document: { bucket: BUCKETS.content, key: parsedKey(id) }, ...overrides });
  await store.put({ bucket: BUCKETS.raw, key: raw.key }, Buffer.from('Subject: raw\r\n\r\n'));
  await store.put(mail.document, Buffer.from(JSON.stringify(mail)), { contentType: 'application/json' });
  return id;
}
