import { composeDocument } from '../mail/compose-document.ts';
import { PermanentError } from '../mail/errors.ts';
import { attachmentKey } from '../mail/keys.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { type AttachmentStore, describing } from '../mime/describe-attachment.ts';
import { readEnvelope } from '../outcome/envelopes.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { RawData } from '../reading/raw-data.ts';
import { type ReadMime, readContent } from '../reading/read-content.ts';

/** Milliseconds for reading the MIME of one mail, as in a function with default settings. */
const DEADLINE_MS = 20_000;

/**
 * What the current code makes of the bytes and the envelope of a mail. Stores, sends and looks up nothing.
 *
 * @throws PermanentError `raw.missing`, `envelope.invalid`
 */
export async function parseAgain(
  mail: ParsedMail,
  objects: Pick<ObjectStore, 'get'>,
  read: ReadMime,
  signal: AbortSignal,
): Promise<ParsedMail> {
  const { id, document, dedupKey, duplicateOf, revision, receivedAt } = mail;
  const stored = await objects.get(mail.raw);
  if (stored === null) throw new PermanentError('raw.missing', `${mail.raw.bucket} does not have the bytes of ${id}`);
  const data = new RawData(stored.body, stored.size, mail.raw.traceBytes);
  try {
    const envelope = await readEnvelope(objects, mail.raw.bucket, id, stored.metadata);
    const raw = { ...mail.raw, id, receivedAt, envelope };
    const sink = describing(placing(id, document.bucket));
    const content = await readContent({ store: objects, read }, { ...raw, data }, sink, {
      deadlineMs: DEADLINE_MS,
      signal,
    });
    return composeDocument(content, {
      raw,
      sha256: mail.raw.sha256,
      dedupKey,
      duplicateOf,
      contentBucket: document.bucket,
      revision: revision + 1,
      // A DNS lookup today would find the keys and policies of today.
      auth: mail.auth,
      steps: mail.steps,
      // Only the deployment has the rules.
      route: () => ({ route: mail.route, routes: mail.routes }),
    });
  } finally {
    data.close();
  }
}

/** Returns where the parser would store an attachment, and discards its bytes. */
function placing(id: string, bucket: string): AttachmentStore {
  return async ({ partId }, content) => {
    for await (const _bytes of content);
    return { bucket, key: attachmentKey(id, partId) };
  };
}
