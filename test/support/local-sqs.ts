import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient } from '../../core/aws/clients.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { jsonLog, type Log } from '../../core/log/log.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createAwsServer } from '../../local/http/server.ts';
import { createSqs, type Sqs } from '../../local/sqs/create-sqs.ts';

export interface LocalSqs {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  client: SQSClient;
  /** The same server, without HTTP. */
  inProcess: Sqs;
  url(name: string): string;
  /** The adapter for a queue, over HTTP. */
  at(name: string): SqsQueue;
  /** The same; creates the queue if needed. */
  queue(name: string, attributes?: Record<string, string>): Promise<SqsQueue>;
  /** Stops the server and removes its directory, unless the caller passed one. */
  stop(): Promise<void>;
}

export interface LocalSqsOptions {
  directory?: string;
  log?: Log;
}

/** Starts the local SQS server on a free port of 127.0.0.1, with a client for it. */
export async function startLocalSqs(options: LocalSqsOptions = {}): Promise<LocalSqs> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'local-sqs-')));
  const log = options.log ?? jsonLog('local-sqs', () => {});
  const inProcess = await createSqs({ directory, log });
  const server = createAwsServer((request, response) => void inProcess.handle(request, response));
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  const client = localSqsClient(endpoint);
  const url = (name: string) => `${endpoint}/000000000000/${name}`;
  const at = (name: string) => new SqsQueue(client, url(name));
  return {
    endpoint,
    client,
    inProcess,
    url,
    at,
    async queue(name, attributes = {}) {
      await inProcess.ensureQueue(name, attributes);
      return at(name);
    },
    async stop() {
      client.destroy();
      await inProcess.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A client with dummy credentials, for a server that checks none. */
export function localSqsClient(endpoint: string, options: { maxAttempts?: number } = {}): SQSClient {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return createSqsClient({ endpoint, region: 'us-east-1', credentials, ...options });
}
