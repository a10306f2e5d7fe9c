import { join } from 'node:path';
import type { Log } from '../../core/log/log.ts';
import type { Closers } from '../../local/closers.ts';
import { closeServer } from '../../local/http/close-server.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createAwsServer } from '../../local/http/server.ts';
import { createS3, type S3 } from '../../local/s3/create-s3.ts';
import { createSqs, type Sqs } from '../../local/sqs/create-sqs.ts';
import type { Bucket, Queue } from '../deployment/stores.ts';

/** S3 and SQS with the buckets and queues of the templates, without authorisation. */
export interface Storage {
  url: string;
  s3: S3;
  sqs: Sqs;
}

export interface StorageListener {
  /** Called with the notification of every created object. */
  created(notification: string): Promise<void>;
  /** Called for every message a client sent. */
  sent(message: { queue: string; body: string }): void;
}

export async function startStorage(
  { buckets, queues }: { buckets: readonly Bucket[]; queues: readonly Queue[] },
  { directory, log, closers }: { directory: string; log: Log; closers: Closers },
  { created, sent }: StorageListener,
): Promise<Storage> {
  const sqs = await createSqs({ directory: join(directory, 'sqs'), log, sent });
  closers.add(() => sqs.close());
  // Create dead-letter queues before the queues that refer to them.
  const targets = new Set(queues.map(({ deadLetterArn }) => deadLetterArn));
  const first = queues.filter(({ arn }) => targets.has(arn));
  for (const { name, attributes } of [...first, ...queues.filter((queue) => !first.includes(queue))]) {
    await sqs.ensureQueue(name, attributes);
  }
  const s3 = await createS3({
    directory: join(directory, 's3'),
    buckets: buckets.map(({ name }) => ({ name, notifySuffix: '' })),
    deliver: created,
    log,
  });
  closers.add(() => s3.close());
  const server = createAwsServer((request, response) => {
    if (sqs.matches(request)) void sqs.handle(request, response);
    else void s3.handle(request, response);
  });
  const port = await listenOnLoopback(server, 0);
  closers.add(() => closeServer(server));
  return { url: `http://127.0.0.1:${port}`, s3, sqs };
}
