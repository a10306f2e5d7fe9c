import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { publishing } from '../../core/aws/publishing.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { eachRecord, sqsRecords } from '../../core/aws/sqs-event.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { decodeEnrichMessage } from '../../core/enrich/messages.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { errorText } from '../../core/mail/errors.ts';
import { deadLetterEnvironment } from '../../core/settings/publishing.ts';
import { type EventDeadLetterDeps, settleDeadLetter } from './settle-dead-letter.ts';
import { settleEnrichment } from './settle-enrichment.ts';

const settings = deadLetterEnvironment.decode(process.env);
const { log, metrics, ...program } = lambdaProgram('dead-letter', settings.metricsNamespace, process.env);
const store = s3ObjectStore(createS3Client());
const sqs = createSqsClient();
const queueAt = (url: string) => new SqsQueue(sqs, url);
const deps: EventDeadLetterDeps = {
  ...publishing(settings, queueAt, { store, log, metrics }),
  events: queueAt(settings.eventQueue),
  now: Date.now,
};

/**
 * Consumes the dead-letter queues of parser and enricher. What it cannot record now stays there for the next receive.
 */
export const handler = program.handler(0, (event, { signal }) =>
  eachRecord(sqsRecords(event), async (record) => {
    try {
      const enrichment = decodeEnrichMessage(record.body);
      if (enrichment === null) await settleDeadLetter(deps, record);
      else await settleEnrichment(deps, enrichment, record, signal);
    } catch (error) {
      log.warn('will be tried again', { messageId: record.messageId, error: errorText(error) });
      throw error;
    }
  }),
);
