import type { SqsRecord } from '../../core/aws/sqs-event.ts';
import { draftRevisions, readDraft } from '../../core/enrich/draft.ts';
import { finishIfDone, giveUpOpenTasks } from '../../core/enrich/finish.ts';
import type { EnrichMessage } from '../../core/enrich/messages.ts';
import { taskId } from '../../core/enrich/task.ts';
import { errorText, failureKind } from '../../core/mail/errors.ts';
import type { DeadLetterDeps } from './settle-dead-letter.ts';

/** Work of the enricher that was given up: the mail goes out without it, and says so. */
export async function settleEnrichment(
  deps: DeadLetterDeps,
  message: EnrichMessage,
  { receiveCount }: SqsRecord,
  signal: AbortSignal,
): Promise<void> {
  const { id } = message;
  const revisions =
    message.revision === null ? await draftRevisions(deps.store, deps.contentBucket, id) : [message.revision];
  for (const revision of revisions) {
    try {
      const draft = await readDraft(deps.store, deps.contentBucket, { id, revision });
      if (draft === null) continue;
      const tasks =
        message.type === 'resume' ? draft.tasks.filter((task) => taskId(task) === taskId(message)) : draft.tasks;
      await giveUpOpenTasks(deps, { ...draft, tasks }, 'failed', `given up after ${receiveCount} attempts`);
      const finished = await finishIfDone(deps, draft, { messageId: null, signal });
      deps.log.error('enrichment was given up', { mailId: id, revision, message: message.type, finished });
    } catch (error) {
      if (failureKind(error) === 'transient') throw error;
      // The mail has no outcome yet: the reconciler has it parsed again.
      deps.log.error('a mail cannot be enriched', { mailId: id, revision, error: errorText(error) });
    }
  }
}
