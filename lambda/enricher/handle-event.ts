import { eachRecord, type SqsBatchResponse, type SqsRecord, sqsRecords } from '../../core/aws/sqs-event.ts';
import { type Draft, draftRevisions, type MailRevision, readDraft } from '../../core/enrich/draft.ts';
import { finishIfDone, giveUpOpenTasks } from '../../core/enrich/finish.ts';
import { decodeEnrichMessage, type EnrichMessage } from '../../core/enrich/messages.ts';
import { isAbout } from '../../core/enrich/task.ts';
import { openTasks } from '../../core/enrich/task-result.ts';
import { errorText } from '../../core/mail/errors.ts';
import { type PublishDeps, publish } from '../../core/outcome/publish.ts';
import { postpone, retryDelaySeconds } from '../../core/outcome/retry-delay.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { type Attempt, beginTask, resumeTask, type TaskDeps } from './do-task.ts';

export interface EnricherDeps extends PublishDeps, TaskDeps {
  store: PublishDeps['store'];
  log: PublishDeps['log'];
  /** By the name of the queue: where a message came from. */
  sources: { enrich: Pick<Queue, 'changeVisibility'>; results: Pick<Queue, 'changeVisibility'> };
  /** Name of the queue that completions come through. */
  resultsQueueName: string;
  maxReceives: number;
  retryBaseSeconds: number;
}

/** Tasks of one mail at a time. */
const PARALLEL = 3;
/** Seconds between two attempts at the most: the mail's own deadline comes soon. */
const MAX_DELAY_SECONDS = 120;
/** Characters of a message that cannot be read which the log keeps. */
const EXCERPT = 200;

/** Messages of both queues: what to do, what came of it, and that time is up. */
export async function handleEvent(deps: EnricherDeps, event: unknown, signal: AbortSignal): Promise<SqsBatchResponse> {
  return eachRecord(sqsRecords(event), async (record) => {
    try {
      await handleRecord(deps, record, signal);
    } catch (error) {
      deps.log.warn('will be tried again', { receiveCount: record.receiveCount, error: errorText(error) });
      const source = record.queue === deps.resultsQueueName ? deps.sources.results : deps.sources.enrich;
      const seconds = retryDelaySeconds(record.receiveCount, deps.retryBaseSeconds, MAX_DELAY_SECONDS);
      await postpone(source, record.receiptHandle, seconds, deps.log);
      throw error;
    }
  });
}

async function handleRecord(deps: EnricherDeps, record: SqsRecord, signal: AbortSignal): Promise<void> {
  const { messageId, body, receiveCount } = record;
  const message = decodeEnrichMessage(body);
  if (message === null) {
    deps.log.error('this is no message of the enricher', { body: body.slice(0, EXCERPT) });
    return;
  }
  for (const mail of await mailsOf(deps, message)) {
    const draft = await readDraft(deps.store, deps.contentBucket, mail);
    // It has been sent: a message that came twice, or an answer that came after the deadline.
    if (draft === null) continue;
    await handleMail(deps, draft, message, receiveCount, signal);
    const finished = await finishIfDone(deps, draft, { messageId, signal, publish: (kept) => publish(deps, kept) });
    if (finished === 'sent') countEnriched(deps, draft);
    deps.log.info('enriching', { mailId: mail.id, revision: mail.revision, type: message.type, finished });
  }
}

async function mailsOf(deps: EnricherDeps, message: EnrichMessage): Promise<MailRevision[]> {
  const { id, revision } = message;
  if (revision !== null) return [{ id, revision }];
  const revisions = await draftRevisions(deps.store, deps.contentBucket, id);
  return revisions.map((each) => ({ id, revision: each }));
}

async function handleMail(
  deps: EnricherDeps,
  draft: Draft,
  message: EnrichMessage,
  receiveCount: number,
  signal: AbortSignal,
): Promise<void> {
  const left = Date.parse(draft.deadlineAt) - deps.now();
  if (message.type === 'deadline' || left <= 0) {
    return giveUpOpenTasks(deps, draft, 'timed-out', 'the mail has waited as long as enrichment.deadlineSeconds says');
  }
  const attempt: Attempt = {
    draft,
    last: receiveCount >= deps.maxReceives,
    signal: AbortSignal.any([signal, AbortSignal.timeout(left)]),
  };
  const open = await openTasks(deps.store, draft.document, draft.tasks);
  if (message.type === 'resume') {
    const task = open.find((each) => isAbout(each, message));
    if (task !== undefined) await resumeTask(deps, task, attempt);
    return;
  }
  await inParallel(open, (task) => beginTask(deps, task, attempt));
}

/** All of them, a few at a time; rejects with the first failure when every one has ended. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    const failures: unknown[] = [];
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
    return failures;
  };
  const failures = (await Promise.all(Array.from({ length: PARALLEL }, worker))).flat();
  if (failures.length > 0) throw failures[0];
}

function countEnriched({ metrics, now }: EnricherDeps, { document }: Draft): void {
  metrics.add('enriched', 1);
  metrics.add('enrichLatency', now() - Date.parse(document.receivedAt));
}
