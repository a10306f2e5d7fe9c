import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { type Draft, draftRevisions, type MailRevision, readDraft, readRefusedDraft } from '../../core/enrich/draft.ts';
import { abandonOpenTasks, finishIfDone } from '../../core/enrich/finish.ts';
import { readHandle } from '../../core/enrich/handle.ts';
import type { EnrichMessage } from '../../core/enrich/messages.ts';
import { isAbout, type Task } from '../../core/enrich/task.ts';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { VERSION } from '../../core/mail/version.ts';
import type { DeadLetterCause } from '../../core/outcome/dead-letter.ts';
import { documentOf, readDocument } from '../../core/outcome/documents.ts';
import { openDeadLetter } from './dead-letter.ts';
import { type DeadLetterDeps, deliverOrFail, fail } from './deliver-or-fail.ts';

/** Characters of a message to log. */
const EXCERPT = 200;

/**
 * Failed work of the enricher: the mail is published without it, and records that. For a destination that refuses the
 * mail, it has failed; while one is unavailable, this fails as well, and SQS delivers the message again.
 */
export async function settleEnrichment(
  deps: DeadLetterDeps,
  message: EnrichMessage,
  record: SqsRecord,
  signal: AbortSignal,
): Promise<void> {
  const { id } = message;
  const letter = await openDeadLetter(deps, record);
  // EventBridge could not deliver it, or Lambda had no capacity: the poll of the task, or the deadline, makes up for
  // it.
  if (message.type === 'resume' && letter.cause.receiveCount === 0) {
    deps.log.warn('an answer that no function received is dropped', {
      mailId: id,
      body: record.body.slice(0, EXCERPT),
    });
    return;
  }
  const revisions =
    message.revision === null ? await draftRevisions(deps.store, deps.contentBucket, id) : [message.revision];
  for (const revision of revisions) {
    const draft = await readableDraft(deps, { id, revision }, letter.cause);
    if (draft === null) continue;
    const tasks = await tasksOf(deps, draft, message);
    await abandonOpenTasks(deps, { ...draft, tasks }, 'failed', failedAfter(letter.cause));
    const finished = await finishIfDone(deps, draft, {
      messageId: null,
      signal,
      publish: (kept) => deliverOrFail(deps, kept, letter),
    });
    deps.log.error('enrichment failed', { mailId: id, revision, type: message.type, finished });
  }
}

const failedAfter = ({ receiveCount }: DeadLetterCause): string =>
  receiveCount === 0 ? 'not tried: Lambda had no capacity' : `failed after ${receiveCount} attempts`;

/**
 * Also null for an unreadable draft. One of another version is written anew when the reconciler has the mail parsed
 * again, and waits for that; one of this version would be refused each time, so its mail has failed.
 */
async function readableDraft(
  deps: DeadLetterDeps,
  mail: MailRevision,
  { receiveCount }: DeadLetterCause,
): Promise<Draft | null> {
  try {
    return await readDraft(deps.store, deps.contentBucket, mail);
  } catch (error) {
    if (!(error instanceof PermanentError) || error.code !== 'draft.invalid') throw error;
    deps.log.error('a mail cannot be enriched', { mailId: mail.id, revision: mail.revision, error: errorText(error) });
    await failRefused(deps, mail, receiveCount, errorText(error));
    return null;
  }
}

async function failRefused(
  deps: DeadLetterDeps,
  { id, revision }: MailRevision,
  receiveCount: number,
  lastError: string,
): Promise<void> {
  const draft = await readRefusedDraft(deps.store, deps.contentBucket, { id, revision });
  if (draft !== null && draft.parser.version !== VERSION && revision === 1) return;
  const document = await readDocument(deps.store, documentOf(deps.contentBucket, id));
  if (document !== null && document.revision >= revision) return;
  const cause = { reason: 'draft.invalid', lastError, receiveCount, event: null };
  await fail(deps, { id, revision, destination: null, route: null, raw: draft?.raw ?? null, ...cause });
}

/**
 * An answer to a task that has not begun settles nothing: the attempt that begins it sees the answer, or the deadline
 * passes.
 */
async function tasksOf({ store }: DeadLetterDeps, { document, tasks }: Draft, message: EnrichMessage): Promise<Task[]> {
  if (message.type !== 'resume') return tasks;
  const task = tasks.find((each) => isAbout(each, message));
  return task !== undefined && (await readHandle(store, document, task)) !== null ? [task] : [];
}
