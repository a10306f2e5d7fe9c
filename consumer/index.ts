import { createS3Client, createSqsClient } from '../core/aws/clients.ts';
import { s3ObjectStore } from '../core/aws/s3-object-store.ts';
import { SqsQueue } from '../core/aws/sqs-queue.ts';
import { type ConsumeOptions, consume as consumeFrom } from './consume.ts';

export type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
export type { ConsumeOptions, Deduplication } from './consume.ts';
export type { StoredMail } from './stored-mail.ts';

/**
 * Consumes parsed mails from the queue at `queueUrl` until `signal` aborts. Region, endpoint and credentials come from
 * the environment, as for any AWS SDK client; set `AWS_ENDPOINT_URL` for a pipeline on this machine.
 */
export async function consume(queueUrl: string, options: ConsumeOptions): Promise<void> {
  const [sqs, s3] = [createSqsClient(), createS3Client()];
  try {
    await consumeFrom({ queue: new SqsQueue(sqs, queueUrl), objects: s3ObjectStore(s3) }, options);
  } finally {
    sqs.destroy();
    s3.destroy();
  }
}
