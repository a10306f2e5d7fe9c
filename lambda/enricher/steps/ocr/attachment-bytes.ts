import { createHash } from 'node:crypto';
import { PermanentError, TransientError } from '../../../../core/mail/errors.ts';
import type { Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../../core/ports/object-store.ts';

/**
 * The bytes of an attachment, verified to be what the parser extracted from the mail: the result stored under their
 * hash is reused for anybody who receives the same attachment.
 *
 * @throws PermanentError when it is missing or changed, TransientError when the store fails
 */
export async function attachmentBytes(
  store: Pick<ObjectStore, 'get'>,
  { bucket, key, size, sha256 }: Attachment,
  signal: AbortSignal,
): Promise<Buffer> {
  const object = await store.get({ bucket, key }, { signal });
  if (object === null) throw new PermanentError('attachment.missing', `there is no object ${key}`);
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of object.body) {
      length += chunk.length;
      if (length > size) break;
      hash.update(chunk);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new TransientError('attachment.unreadable', `reading ${key} failed`, { cause });
  }
  if (length !== size || hash.digest('hex') !== sha256) {
    throw new PermanentError('attachment.changed', `${key} is not what the parser stored`);
  }
  return Buffer.concat(chunks);
}
