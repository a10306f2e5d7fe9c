import type { RawObjectCreated } from '../../core/aws/s3-event.ts';
import type { Log } from '../../core/log/log.ts';
import { attachmentKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { queueMessage } from '../../core/mail/queue-message.ts';
import { keepDocument } from '../../core/outcome/documents.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { composeDocument } from './compose-document.ts';
import type { ParserMetrics } from './metrics.ts';
import { openRawMail, type RawMail } from './raw-mail.ts';
import { type ReadMime, readContent } from './read-content.ts';
import type { AttachmentStore } from './reading/protocol.ts';
import { withSecondReading } from './second-reading.ts';

export interface ParserDeps {
  store: ObjectStore;
  queue: Queue;
  read: ReadMime;
  log: Log;
  metrics: ParserMetrics;
  contentBucket: string;
  queueMessageLimitBytes: number;
  now: () => number;
}

export interface Budget {
  /** Milliseconds of work on the MIME of one mail. */
  deadlineMs: number;
  /** Fires shortly before the function would be ended. */
  signal: AbortSignal;
}

/**
 * One raw object becomes attachments, then a document, then a queue message; only then may its event be acknowledged.
 * Each step overwrites or finds what an earlier attempt left, so a crash anywhere repeats and never loses.
 */
export async function processMail(deps: ParserDeps, object: RawObjectCreated, budget: Budget): Promise<ParsedMail> {
  const raw = await openRawMail(deps.store, object, budget.signal);
  try {
    const first = await readContent(deps, raw, attachmentsOf(deps, raw, budget.signal), budget);
    const content = await withSecondReading(deps, raw, first, budget);
    const sha256 = await raw.data.sha256();
    const { contentBucket } = deps;
    const mail = composeDocument(content, { raw, sha256, contentBucket, revision: object.revision });
    const document = await keepDocument(deps.store, mail, budget.signal);
    await publish(deps, document);
    return document;
  } finally {
    raw.data.close();
  }
}

function attachmentsOf(deps: ParserDeps, raw: RawMail, signal: AbortSignal): AttachmentStore {
  return async (head, content) => {
    const place = { bucket: deps.contentBucket, key: attachmentKey(raw.id, head.partId) };
    // Never the declared type: a browser that opens the object must not run what a stranger sent.
    await deps.store.put(place, content, { contentType: 'application/octet-stream', signal });
    return place;
  };
}

async function publish(deps: ParserDeps, document: ParsedMail): Promise<void> {
  const { body, attributes, omitted } = queueMessage(document, deps.queueMessageLimitBytes);
  await deps.queue.send({ body, attributes });
  deps.metrics.parsed(document, deps.now() - Date.parse(document.receivedAt));
  deps.log.info('parsed', {
    mailId: document.id,
    bytes: document.raw.size,
    attachments: document.attachments.length,
    defects: document.defects.map(({ code }) => code),
    omitted,
  });
}
