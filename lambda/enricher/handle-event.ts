import { eachRecord, type SqsBatchResponse, type SqsRecord, sqsRecords } from '../../core/aws/sqs-event.ts';
import { type Draft, draftRevisions, type MailRevision, readDraft } from '../../core/enrich/draft.ts';
import { abandonOpenTasks, finishIfDone } from '../../core/enrich/finish.ts';
import { decodeEnrichMessage, type EnrichMessage } from '../../core/enrich/messages.ts';
import { isAbout } from '../../core/enrich/task.ts';
import { openTasks } from '../../core/enrich/task-result.ts';
import { errorText } from '../../core/mail/errors.ts';
import {
  beginAttempt,
  type Attempt as Counted,
  endedSilently,
  keepFailedAttempt,
} from '../../core/outcome/attempts.ts';
import { causeOf, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { type PublishDeps, publish } from '../../core/outcome/publish.ts';
import { postpone, retryDelaySeconds } from '../../core/outcome/retry-delay.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { type Attempt, beginTask, resumeTask, type TaskDeps } from './do-task.ts';

export interface EnricherDeps extends PublishDeps, TaskDeps {
  store: PublishDeps['store'];
  log: PublishDeps['log'];
  /** The queues of messages, by name. */
  sources: { enrich: Pick<Queue, 'changeVisibility'>; results: Pick<Queue, 'changeVisibility'> };
  /** Name of the queue for completions. */
  resultsQueueName: string;
  deadLetters: Pick<Queue, 'send'>;
  /** Maximum attempts at a message. */
  maxAttempts: number;
  retryBaseSeconds: number;
}

/** Concurrent tasks per mail. */
const PARALLEL = 3;
/** Maximum seconds between two attempts: the deadline of the mail is near. */
const MAX_DELAY_SECONDS = 120;
/** Characters of an unreadable message to log. */
const EXCERPT = 200;

/** Messages of both queues: tasks to do, completions, and deadlines. */
export async function handleEvent(deps: EnricherDeps, event: unknown, signal: AbortSignal): Promise<SqsBatchResponse> {
  return eachRecord(sqsRecords(event), async (record) => {
    const { store, contentBucket, log, maxAttempts } = deps;
    const counted = await beginAttempt(store, contentBucket, record, maxAttempts);
    try {
      await handleRecord(deps, record, counted, signal);
    } catch (error) {
      if (counted.last) return failPermanently(deps, record, counted, error);
      log.warn('will be tried again', { attempts: counted.number, error: errorText(error) });
      await keepFailedAttempt(deps, record.messageId, counted, error);
      const source = record.queue === deps.resultsQueueName ? deps.sources.results : deps.sources.enrich;
      const seconds = retryDelaySeconds(counted.number, deps.retryBaseSeconds, MAX_DELAY_SECONDS);
      await postpone(source, record.receiptHandle, seconds, log);
      throw error;
    }
  });
}

/** The dead-letter function publishes the mail without what is missing, or records where that failed. */
async function failPermanently(
  deps: EnricherDeps,
  { body }: SqsRecord,
  { number }: Counted,
  error: unknown,
): Promise<void> {
  const cause = causeOf(error, number);
  deps.log.error('failed permanently', { body: body.slice(0, EXCERPT), reason: cause.reason, error: cause.lastError });
  await deps.deadLetters.send(encodeDeadLetter(body, cause));
}

async function handleRecord(
  deps: EnricherDeps,
  record: SqsRecord,
  counted: Counted,
  signal: AbortSignal,
): Promise<void> {
  const { messageId, body } = record;
  const message = decodeEnrichMessage(body);
  if (message === null) {
    deps.log.error('not a message of the enricher', { body: body.slice(0, EXCERPT) });
    return;
  }
  for (const mail of await mailsOf(deps, message)) {
    const draft = await readDraft(deps.store, deps.contentBucket, mail);
    // It has been published: the message was delivered twice, or an answer arrived after the deadline.
    if (draft === null) continue;
    await handleMail(deps, draft, message, counted, signal);
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
  counted: Counted,
  signal: AbortSignal,
): Promise<void> {
  if (counted.hopeless) return abandonOpenTasks(deps, draft, 'failed', endedSilently(counted).message);
  const left = Date.parse(draft.deadlineAt) - deps.now();
  if (message.type === 'deadline' || left <= 0) {
    return abandonOpenTasks(deps, draft, 'timed-out', 'enrichment.deadlineSeconds has passed');
  }
  const attempt: Attempt = {
    draft,
    last: counted.last,
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

/** All items, a few at a time; rejects with the first failure after every one has ended. */
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
