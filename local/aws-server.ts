import { join } from 'node:path';
import { RAW_SUFFIX } from '../core/mail/keys.ts';
import type { LocalContext } from './context.ts';
import type { SetAside } from './disk/set-aside.ts';
import { EventFile } from './events/event-file.ts';
import { closeServer } from './http/close-server.ts';
import { listenOnPort } from './http/listen-on-port.ts';
import { createAwsServer } from './http/server.ts';
import { LogFile } from './log-file.ts';
import { createS3, type S3 } from './s3/create-s3.ts';
import type { StoreChange } from './s3/store.ts';
import { createSqs, type Sqs, type SqsOptions } from './sqs/create-sqs.ts';
import { CONTENT_BUCKET, queues, RAW_BUCKET, RAW_QUEUE } from './topology.ts';
import { StoreFault } from './try/store-fault.ts';

/**
 * S3, SQS and the stand-in for EventBridge on one port, with the pipeline's buckets and queues and the S3 notification.
 */
export interface AwsServer {
  sqs: Sqs;
  s3: S3;
  /** The value for AWS_ENDPOINT_URL. */
  url: string;
  /** File that receives the events a deployment would send; null when it would send none. */
  eventFile: string | null;
  /** Damaged records of S3 and SQS that were set aside on disk. */
  setAside: { s3: readonly SetAside[]; sqs: readonly SetAside[] };
  /** Injected faults of S3. */
  storeFault: StoreFault;
}

/** Called for every object written or deleted, and for every message a client sent. */
export interface AwsListener {
  changed: (change: StoreChange) => void;
  sent: NonNullable<SqsOptions['sent']>;
}

export async function startAwsServer(
  context: LocalContext,
  port: number,
  { changed, sent }: AwsListener,
): Promise<AwsServer> {
  const { config, listenAddress, dataDirectory, log, closers } = context;
  const sqs = await createSqs({ directory: join(dataDirectory, 'sqs'), log, sent });
  closers.add(() => sqs.close());
  for (const { name, attributes } of queues(config)) await sqs.ensureQueue(name, attributes);
  const s3 = await createS3({
    directory: join(dataDirectory, 's3'),
    buckets: [{ name: RAW_BUCKET, notifySuffix: RAW_SUFFIX }, { name: CONTENT_BUCKET }],
    deliver: (notification) => sqs.send(RAW_QUEUE, notification),
    changed,
    log,
  });
  closers.add(() => s3.close());
  const eventFile = config.events.busName === null ? null : new LogFile(join(dataDirectory, 'log', 'events.jsonl'));
  if (eventFile !== null) closers.add(async () => eventFile.close());
  const events = eventFile && new EventFile(eventFile);
  const storeFault = new StoreFault();
  const server = createAwsServer((request, response) => {
    if (sqs.matches(request)) void sqs.handle(request, response);
    else if (events?.matches(request)) void events.handle(request, response);
    else void storeFault.serve(request, response, (...request) => s3.handle(...request));
  });
  const setAside = { s3: s3.setAside, sqs: sqs.setAside };
  const actualPort = await listenOnPort(server, port, '--aws-port', listenAddress);
  closers.add(() => closeServer(server));
  return { sqs, s3, url: `http://127.0.0.1:${actualPort}`, eventFile: eventFile?.path ?? null, setAside, storeFault };
}
