import { documentOf, type KeptDocument, readDocument } from '../outcome/documents.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Queue } from '../ports/queue.ts';
import { type Draft, keepDraft } from './draft.ts';
import { enrichMessage } from './messages.ts';

export interface BeginDeps {
  store: ObjectStore;
  /** The queue of the enricher. */
  enrich: Pick<Queue, 'send'>;
  now: () => number;
}

/**
 * Hands a mail to the enricher: the draft first, then the message that ends the waiting, then the one that begins it. A
 * crash in between repeats all three. Returns the document instead when the mail is already finished.
 */
export async function beginEnrichment(
  { store, enrich, now }: BeginDeps,
  { document, tasks, quarantine }: Pick<Draft, 'document' | 'tasks' | 'quarantine'>,
  deadlineSeconds: number,
  signal: AbortSignal,
): Promise<KeptDocument | null> {
  const existing = await readDocument(store, documentOf(document.document.bucket, document.id));
  if (existing !== null && existing.revision >= document.revision) {
    return { document: existing, created: false };
  }
  const begun = now();
  const draft: Draft = {
    document,
    tasks,
    quarantine,
    deadlineAt: new Date(begun + 1000 * deadlineSeconds).toISOString(),
  };
  await keepDraft(store, draft, begun, signal);
  await enrich.send({ body: enrichMessage('deadline', document), delaySeconds: deadlineSeconds });
  await enrich.send({ body: enrichMessage('enrich', document) });
  return null;
}
