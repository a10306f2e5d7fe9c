import { claimCheckOf } from '../core/mail/claim-check.ts';
import { PermanentError } from '../core/mail/errors.ts';
import { jsonOf } from '../core/mail/json.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { checked } from './parsed-mail.ts';
import { fetchJson } from './stored-mail.ts';

/**
 * The mail in a message, fetched from S3 if the message only points to it.
 *
 * @throws PermanentError `message.invalid` when it is not a parsed mail, `object.missing` when the object does not exist
 * @throws TransientError when the object cannot be fetched
 */
export async function openMessage(body: string, objects: Pick<ObjectStore, 'get'>): Promise<ParsedMail> {
  const content = jsonOf(body);
  if (content === undefined) throw new PermanentError('message.invalid', 'the message is not JSON');
  const payload = claimCheckOf(content);
  return checked(payload === null ? content : await fetchJson(objects, payload));
}
