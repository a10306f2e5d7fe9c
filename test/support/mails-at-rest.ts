import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { type MailId, mintMailId } from '../../core/mail/id.ts';
import { parsedKey, rawKey } from '../../core/mail/keys.ts';
import { recordFailure } from '../../core/outcome/failures.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { closeServer } from '../../local/http/close-server.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createAwsServer } from '../../local/http/server.ts';
import { createS3 } from '../../local/s3/create-s3.ts';
import { createSqs, type Sqs } from '../../local/sqs/create-sqs.ts';
import { textMail } from './local-pipeline.ts';
import { localS3Client } from './local-s3.ts';
import { parsedMail } from './parsed-mail.ts';
import { quietLog } from './quiet-log.ts';

interface Parts {
  url: string;
  store: ObjectStore;
  sqs: Sqs;
  stop(): Promise<void>;
}

/** S3 and SQS in this process with mails in them and no functions, so only a command changes them. */
export class MailsAtRest {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param buckets in addition to the usual ones */
  static async start(directory: string, buckets: readonly string[] = []): Promise<MailsAtRest> {
    const log = quietLog();
    const sqs = await createSqs({ directory: join(directory, 'sqs'), log });
    for (const queue of ['raw-mail', 'parsed-mail']) await sqs.ensureQueue(queue);
    const s3 = await createS3({
      directory: join(directory, 's3'),
      buckets: ['raw-mail', 'mail-content', ...buckets].map((name) => ({ name })),
      deliver: async () => {},
      changed: () => {},
      log,
    });
    const server = createAwsServer(
      (request, response) => void (sqs.matches(request) ? sqs : s3).handle(request, response),
    );
    const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    const client = localS3Client(url);
    const stop = async () => {
      client.destroy();
      await closeServer(server);
      await sqs.close();
      await s3.close();
    };
    return new MailsAtRest({ url, store: s3ObjectStore(client), sqs, stop });
  }

  /** Value for AWS_ENDPOINT_URL. */
  get url(): string {
    return this.#parts.url;
  }

  /** Stores a mail with its document, and puts that many messages for it on the parsed-mail queue. */
  async delivered(subject: string, messages = 0): Promise<MailId> {
    const id = mintMailId();
    const bytes = textMail(subject);
    const raw = { bucket: 'raw-mail', key: rawKey(id) };
    await this.#parts.store.put(raw, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const document = { bucket: 'mail-content', key: parsedKey(id) };
    const where = { ...raw, versionId: null, size: bytes.length, sha256, traceBytes: 0 };
    const mail = JSON.stringify(parsedMail({ id, subject, raw: where, document, envelope: null, attachments: [] }));
    await this.#parts.store.put(document, Buffer.from(mail));
    for (let sent = 0; sent < messages; sent += 1) await this.#parts.sqs.send('parsed-mail', mail);
    return id;
  }

  /** Stores a mail that failed, with its failure in these buckets. */
  async failed(contentBuckets: readonly string[] = ['mail-content']): Promise<MailId> {
    const id = mintMailId();
    const raw = { bucket: 'raw-mail', key: rawKey(id) };
    await this.#parts.store.put(raw, textMail('fails'), { metadata: { [METADATA_ENVELOPE]: 'unreadable' } });
    for (const bucket of contentBuckets) {
      await recordFailure(this.#parts.store, bucket, {
        ...{ id, reason: 'envelope.invalid', lastError: 'the envelope cannot be read', receiveCount: 1, revision: 1 },
        ...{ destination: null, route: null, raw: { ...raw, versionId: null }, event: null },
        at: new Date().toISOString(),
      });
    }
    return id;
  }

  stop(): Promise<void> {
    return this.#parts.stop();
  }
}
