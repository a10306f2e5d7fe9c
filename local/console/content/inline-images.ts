import { buffer } from 'node:stream/consumers';
import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { isPicture } from '../api/picture.ts';

/** Maximum bytes of all embedded images of one mail. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The embedded images of a mail by Content-ID, as `data:` URLs that a frame without network access can show. */
export async function inlineImages(
  attachments: readonly Attachment[],
  store: Pick<ObjectStore, 'get'>,
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  let left = MAX_BYTES;
  for (const { contentId, detectedType, size, bucket, key } of attachments) {
    if (contentId === null || images.has(contentId) || !isPicture(detectedType) || size > left) continue;
    const stored = await store.get({ bucket, key });
    if (stored === null) continue;
    left -= size;
    images.set(contentId, `data:${detectedType};base64,${(await buffer(stored.body)).toString('base64')}`);
  }
  return images;
}
