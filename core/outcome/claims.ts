import * as z from 'zod/mini';
import { TransientError } from '../mail/errors.ts';
import { claimKey } from '../mail/keys.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { readJson } from './json.ts';

const claimSchema = z.object({ id: z.string() });

/**
 * Of several deliveries of one mail the first to be parsed is the original, as long as claims are kept (14 days).
 *
 * @returns the id of the original, which may be `id` itself
 */
export async function claim(store: ObjectStore, contentBucket: string, dedupKey: string, id: string): Promise<string> {
  const ref: ObjectRef = { bucket: contentBucket, key: claimKey(dedupKey) };
  const body = Buffer.from(JSON.stringify({ id }));
  const { outcome } = await store.put(ref, body, { contentType: 'application/json', ifAbsent: true });
  if (outcome === 'created') return id;
  const stored = await store.get(ref);
  const first = claimSchema.safeParse(stored && (await readJson(stored.body)));
  if (first.success) return first.data.id;
  throw new TransientError('claim.gone', `${ref.key} existed and cannot be read now`);
}
