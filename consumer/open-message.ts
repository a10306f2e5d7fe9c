import * as z from 'zod';
import { PermanentError } from '../core/mail/errors.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { checked } from './parsed-mail.ts';
import { readJson } from './stored-mail.ts';

/** What Amazon's extended client libraries send in place of a body that is kept in S3. */
const pointerSchema = z.tuple([
  z.literal('software.amazon.payloadoffloading.PayloadS3Pointer'),
  z.object({ s3BucketName: z.string(), s3Key: z.string() }),
]);

/**
 * The mail that a message carries or points at.
 *
 * @throws PermanentError `message.invalid` when it is no parsed mail, `object.missing` when it points at nothing
 * @throws TransientError when what it points at cannot be fetched
 */
export async function openMessage(body: string, objects: Pick<ObjectStore, 'get'>): Promise<ParsedMail> {
  const content = jsonOf(body);
  const pointer = pointerSchema.safeParse(content);
  if (!pointer.success) return checked(content);
  const { s3BucketName, s3Key } = pointer.data[1];
  return checked(await readJson(objects, { bucket: s3BucketName, key: s3Key }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PermanentError('message.invalid', 'the message is no JSON', { cause });
  }
}
