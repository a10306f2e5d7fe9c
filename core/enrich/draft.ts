import * as z from 'zod/mini';
import { failureKind, PermanentError } from '../mail/errors.ts';
import { draftKey, draftRevisionOfKey, ENRICHING_PREFIX } from '../mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../mail/parsed-mail.ts';
import { readJson } from '../outcome/json.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { type Quarantine, quarantineSchema, stricter } from './quarantine.ts';
import { taskId, taskSchema } from './task.ts';

const draftSchema = z.object({
  /** The document without the findings of the tasks. */
  document: parsedMailSchema,
  tasks: z.array(taskSchema),
  /** What is held back, as configured when the mail was parsed. Absent in drafts of earlier versions. */
  quarantine: z.optional(z.nullable(quarantineSchema)),
  /** ISO 8601, UTC: when the mail is published with the results so far. Each draft of a mail has its own. */
  deadlineAt: z.string(),
});

/** A mail that waits for enrichment. */
export type Draft = z.infer<typeof draftSchema>;

/** Which parse of which mail. */
export type MailRevision = Pick<ParsedMail, 'id' | 'revision'>;

export const draftOf = (contentBucket: string, { id, revision }: MailRevision): ObjectRef => ({
  bucket: contentBucket,
  key: draftKey(id, revision),
});

/**
 * Stores a draft, first writer wins: what an earlier attempt began continues. A draft whose deadline has passed, or
 * that cannot be read, is replaced; its malware tasks and its quarantine remain.
 *
 * @param now milliseconds since 1970
 */
export async function keepDraft(store: ObjectStore, draft: Draft, now: number, signal: AbortSignal): Promise<void> {
  const body = Buffer.from(JSON.stringify(draft));
  const bucket = draft.document.document.bucket;
  const place = draftOf(bucket, draft.document);
  const options = { contentType: 'application/json', signal };
  const { outcome } = await store.put(place, body, { ...options, ifAbsent: true });
  if (outcome === 'created') return;
  const existing = await readableDraft(store, bucket, draft.document);
  if (existing !== null && Date.parse(existing.deadlineAt) > now) return;
  await store.put(place, Buffer.from(JSON.stringify(heldAs(existing, draft))), options);
}

/** Turning quarantine off in the meantime releases nothing. */
function heldAs(existing: Draft | null, draft: Draft): Draft {
  if (!isHeld(existing)) return draft;
  const planned = new Set(draft.tasks.map(taskId));
  const tasks = [...draft.tasks, ...existing.tasks.filter((task) => !planned.has(taskId(task)))];
  return { ...draft, tasks, quarantine: stricter(draft.quarantine ?? null, existing.quarantine) };
}

/** Whether the mail may have to be held back. */
export const isHeld = (draft: Draft | null): draft is Draft & { quarantine: Quarantine } =>
  draft !== null && draft.quarantine !== undefined && draft.quarantine !== null;

/**
 * Null when the mail waits for nothing, or no longer does.
 *
 * @throws PermanentError `draft.invalid`
 */
export async function readDraft(
  store: Pick<ObjectStore, 'get'>,
  contentBucket: string,
  mail: MailRevision,
): Promise<Draft | null> {
  const place = draftOf(contentBucket, mail);
  const stored = await store.get(place);
  if (stored === null) return null;
  const draft = draftSchema.safeParse(await readJson(stored.body));
  if (draft.success) return draft.data;
  throw new PermanentError('draft.invalid', `${place.key} has a format that this version does not read`);
}

const rawSchema = z.object({ bucket: z.string(), key: z.string(), versionId: z.nullable(z.string()) });
const refusedSchema = z.object({
  document: z.object({ raw: rawSchema, parser: z.object({ version: z.string() }) }),
});

/** Mail and parser version of a draft that `readDraft` refuses; null when even these cannot be read. */
export async function readRefusedDraft(store: Pick<ObjectStore, 'get'>, contentBucket: string, mail: MailRevision) {
  const stored = await store.get(draftOf(contentBucket, mail));
  const refused = refusedSchema.safeParse(stored && (await readJson(stored.body)));
  return refused.success ? refused.data.document : null;
}

/** Also null for a draft in the format of another version. */
export function readableDraft(
  store: Pick<ObjectStore, 'get'>,
  contentBucket: string,
  mail: MailRevision,
): Promise<Draft | null> {
  return readDraft(store, contentBucket, mail).catch((error: unknown) => {
    if (failureKind(error) === 'permanent') return null;
    throw error;
  });
}

/** Revisions of a mail that await enrichment: more than one only while it is parsed again. */
export async function draftRevisions(
  store: Pick<ObjectStore, 'list'>,
  contentBucket: string,
  id: string,
): Promise<number[]> {
  const revisions: number[] = [];
  for await (const { key } of store.list(contentBucket, { prefix: `${ENRICHING_PREFIX}${id}/` })) {
    const revision = draftRevisionOfKey(key);
    if (revision !== null) revisions.push(revision);
  }
  return revisions;
}
