import type { Construct } from 'constructs';
import { DEAD_LETTER_MAX_CONCURRENCY } from '../../core/config/concurrency.ts';
import { publishingSettings } from '../../core/config/to-settings.ts';
import {
  ATTEMPTS_PREFIX,
  DELIVERY_PREFIX,
  ENRICHING_PREFIX,
  FAILED_PREFIX,
  PARSED_PREFIX,
} from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { deadLetterEnvironment } from '../../core/settings/publishing.ts';
import {
  consume,
  deleteObjects,
  listBuckets,
  putEvents,
  putObjects,
  readObjects,
  readVersions,
  send,
  useKeys,
} from './grants.ts';
import { PipelineFunction, type PipelineParts } from './pipeline-function.ts';
import { DEAD_LETTER_TIMEOUT } from './timeouts.ts';

const MEMORY_MB = 512;
const BATCH_SIZE = 10;
/** Queues whose dead letters it handles. */
const QUEUES = ['raw-mail', 'enrich', 'enrich-results'] as const;
const OUTCOMES = [DELIVERY_PREFIX, ENRICHING_PREFIX, FAILED_PREFIX, PARSED_PREFIX];

/**
 * Gives every permanently failed mail an outcome: a failure record, the message that could not be sent, or the mail
 * without the missing enrichment.
 */
export function deadLetterFunction(scope: Construct, { config, names, storage }: PipelineParts): void {
  const content = names.bucketArn('content');
  const construct = new PipelineFunction(scope, 'DeadLetter', {
    config,
    names,
    program: 'dead-letter',
    description: 'Records mails that could not be parsed',
    memoryMb: MEMORY_MB,
    timeout: DEAD_LETTER_TIMEOUT,
    environment: deadLetterEnvironment.encode(
      publishingSettings(config, {
        contentBucket: storage.content.bucketName,
        destinationQueue: storage.parsedMail.queue.queueUrl,
        eventQueue: storage.rawMail.queue.queueUrl,
        metricsNamespace: metricsNamespace(names.stage),
      }),
    ),
    grants: [
      consume('ReadDeadLetters', ...QUEUES.map((name) => names.deadLetterQueueArn(name))),
      // A mail not written by the edge takes its time from the object, and HeadObject requires permission to read it.
      readVersions('LookAtMails', names.bucketArn('raw'), ['']),
      readObjects('ReadOutcomes', content, [ATTEMPTS_PREFIX, ...OUTCOMES]),
      putObjects('WriteOutcomes', content, OUTCOMES),
      // A mail that turns out to have a document has not failed, and a mail that was sent no longer waits.
      deleteObjects('TakeFailuresBack', content, [ENRICHING_PREFIX, FAILED_PREFIX]),
      listBuckets('TellMissing', [names.bucketArn('raw'), content]),
      send('Publish', ...names.publishedQueueArns(config)),
      send('GoBack', names.queueArn('raw-mail')),
      ...putEvents(names, config.events.busName),
      ...useKeys(storage.keys),
    ],
  });
  const limits = { batchSize: BATCH_SIZE, maxConcurrency: DEAD_LETTER_MAX_CONCURRENCY };
  construct.readFrom('DeadLetters', storage.rawMail.deadLetters.queueArn, limits);
  construct.readFrom('EnrichDeadLetters', storage.enrich.deadLetters.queueArn, limits);
  construct.readFrom('ResultsDeadLetters', storage.enrichResults.deadLetters.queueArn, limits);
}
