import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { publishing } from '../../core/aws/publishing.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { decodeSqsEvent, eachRecord, type SqsBatchResponse } from '../../core/aws/sqs-event.ts';
import { decodeEnrichMessage } from '../../core/enrich/messages.ts';
import { decodePublishing } from '../../core/env/publishing-environment.ts';
import { powertoolsLog } from '../../core/log/powertools-log.ts';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { lambdaMetrics } from '../../core/metrics/lambda-metrics.ts';
import { lastChance } from './last-chance.ts';
import { type DeadLetterDeps, settleDeadLetter } from './settle-dead-letter.ts';
import { settleEnrichment } from './settle-enrichment.ts';

const SERVICE = 'dead-letter';

const settings = decodePublishing(process.env);
const logger = new Logger({ serviceName: SERVICE });
const log = powertoolsLog(logger);
const metrics = lambdaMetrics(settings.metricsNamespace, SERVICE);
const store = s3ObjectStore(createS3Client());
const publish = publishing(settings, createSqsClient(), { store, log, metrics });
const deps: DeadLetterDeps = { ...publish, bus: lastChance(publish.bus), now: Date.now };

/** A retry costs nothing here: it is ended by its timeout. */
const NEVER = new AbortController().signal;

/** Consumes the dead-letter queues of parser and enricher. What it cannot record now stays there and comes again. */
export async function handler(event: unknown, context: Context): Promise<SqsBatchResponse> {
  logger.addContext(context);
  const records = decodeSqsEvent(event);
  if (records === null) throw new PermanentError('event.invalid', 'this is no SQS event');
  try {
    return await eachRecord(records, async (record) => {
      try {
        const enrichment = decodeEnrichMessage(record.body);
        if (enrichment === null) await settleDeadLetter(deps, record);
        else await settleEnrichment(deps, enrichment, record, NEVER);
      } catch (error) {
        log.warn('will be tried again', { messageId: record.messageId, error: errorText(error) });
        throw error;
      }
    });
  } finally {
    metrics.flush();
  }
}
