import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { jsonLog } from '../../core/log/log.ts';
import { createSqs, type Sqs } from '../../local/sqs/create-sqs.ts';

export interface LocalSqs {
  endpoint: string;
  client: SQSClient;
  /** The same server without HTTP. */
  inProcess: Sqs;
  url(name: string): string;
  /** Creates the queue when needed and gives the adapter for it, over HTTP. */
  queue(name: string, attributes?: Record<string, string>): Promise<SqsQueue>;
  /** Ends the server; the data stays when `directory` was given. */
  stop(): Promise<void>;
}

/** The local SQS alone, on a free port of 127.0.0.1, in a directory of its own unless one is given. */
export async function startLocalSqs(options: { directory?: string; clock?: () => number } = {}): Promise<LocalSqs> {
  const { clock } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'local-sqs-')));
  const log = jsonLog('sqs', (line) => process.stderr.write(line));
  const inProcess = await createSqs({ directory: join(directory, 'sqs'), log, ...(clock ? { clock } : {}) });
  const server = createServer((request, response) => void inProcess.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const client = sqsClient(endpoint);
  const url = (name: string) => `${endpoint}/000000000000/${name}`;
  return {
    endpoint,
    client,
    inProcess,
    url,
    async queue(name, attributes = {}) {
      await inProcess.ensureQueue(name, attributes);
      return new SqsQueue(client, url(name));
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

export function sqsClient(endpoint: string): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new SQSClient({ endpoint, region: 'us-east-1', credentials });
}
