import { composeDocument } from '../core/mail/compose-document.ts';
import { PermanentError } from '../core/mail/errors.ts';
import { attachmentKey } from '../core/mail/keys.ts';
import { MIME_LIMITS } from '../core/mail/limits.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import { withoutTrace } from '../core/mail/trace.ts';
import { type AttachmentStore, describing } from '../core/mime/describe-attachment.ts';
import { StreamingMimeReader } from '../core/mime/reader.ts';
import { readEnvelope } from '../core/outcome/envelopes.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';

/**
 * What the code of today makes of the bytes and the envelope of a mail. Nothing is stored, sent or looked up.
 *
 * @throws PermanentError `raw.missing`, `envelope.invalid`
 */
export async function parseAgain(mail: ParsedMail, objects: Pick<ObjectStore, 'get'>): Promise<ParsedMail> {
  const { id, raw, document, dedupKey, duplicateOf, revision, receivedAt } = mail;
  const stored = await objects.get(raw);
  if (stored === null) throw new PermanentError('raw.missing', `there are no bytes of ${id} in ${raw.bucket}`);
  try {
    const envelope = await readEnvelope(objects, raw.bucket, id, stored.metadata);
    const source = withoutTrace(stored.body, raw.traceBytes);
    const sink = describing(placing(id, document.bucket));
    const content = await new StreamingMimeReader().read(source, sink, MIME_LIMITS);
    return composeDocument(content, {
      raw: { ...raw, id, receivedAt, envelope },
      sha256: raw.sha256,
      dedupKey,
      duplicateOf,
      contentBucket: document.bucket,
      revision: revision + 1,
      // Asking DNS again today would tell of the keys and policies of today.
      auth: mail.auth,
      steps: mail.steps,
      // The rules are those of the deployment.
      route: () => ({ route: mail.route, routes: mail.routes }),
    });
  } finally {
    stored.body.destroy();
  }
}

/** Says where the parser would put an attachment, and lets its bytes go. */
function placing(id: string, bucket: string): AttachmentStore {
  return async ({ partId }, content) => {
    for await (const _bytes of content);
    return { bucket, key: attachmentKey(id, partId) };
  };
}
