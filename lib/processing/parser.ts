import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { parserSettings } from '../../core/config/to-settings.ts';
import {
  ATTACHMENT_PREFIX,
  ATTEMPTS_PREFIX,
  CLAIM_PREFIX,
  DELIVERY_PREFIX,
  ENRICHING_PREFIX,
  FAILED_PREFIX,
  PARSED_PREFIX,
} from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { parserEnvironment } from '../../core/settings/parser.ts';
import {
  consume,
  listBuckets,
  postpone,
  putEvents,
  putObjects,
  readObjects,
  readVersions,
  send,
  useKeys,
} from './grants.ts';
import { PipelineFunction, type PipelineParts } from './pipeline-function.ts';

/** Mails per invocation. The unfinished part of a batch returns to the queue. */
const BATCH_SIZE = 5;

const WRITTEN = [ATTACHMENT_PREFIX, ATTEMPTS_PREFIX, CLAIM_PREFIX, DELIVERY_PREFIX, ENRICHING_PREFIX, PARSED_PREFIX];
/** Includes failure records, because a permanently failed mail must not be sent. */
const READ = [ATTEMPTS_PREFIX, CLAIM_PREFIX, DELIVERY_PREFIX, ENRICHING_PREFIX, FAILED_PREFIX, PARSED_PREFIX];

/** Processes events of stored mails: writes documents and attachments, and sends to the parsed-mail queues. */
export function parserFunction(scope: Construct, { config, names, storage }: PipelineParts): LambdaFunction {
  const { content, rawMail, parsedMail } = storage;
  const construct = new PipelineFunction(scope, 'Parser', {
    config,
    names,
    program: 'parser',
    description: 'Turns stored mails into documents on the parsed-mail queue',
    memoryMb: config.parser.memoryMb,
    timeout: Duration.seconds(config.parser.timeoutSeconds),
    environment: parserEnvironment.encode(
      parserSettings(config, 'aws', {
        contentBucket: content.bucketName,
        destinationQueue: parsedMail.queue.queueUrl,
        eventQueue: rawMail.queue.queueUrl,
        deadLetterQueue: rawMail.deadLetters.queueUrl,
        enrichQueue: storage.enrich.queue.queueUrl,
        metricsNamespace: metricsNamespace(names.stage),
      }),
    ),
    grants: [
      consume('ReadEvents', names.queueArn('raw-mail')),
      readVersions('ReadMails', names.bucketArn('raw'), ['']),
      readObjects('ReadOutcomes', names.bucketArn('content'), READ),
      putObjects('WriteOutcomes', names.bucketArn('content'), WRITTEN),
      listBuckets('TellMissing', [names.bucketArn('raw'), names.bucketArn('content')]),
      send('Publish', ...names.publishedQueueArns(config)),
      ...putEvents(names, config.events.busName),
      send('Enrich', names.queueArn('enrich')),
      postpone('RetryEvents', names.queueArn('raw-mail')),
      send('GiveUp', `${names.queueArn('raw-mail')}-dlq`),
      ...useKeys(storage.keys),
    ],
  });
  const { maxConcurrency, provisionedPollers } = config.parser;
  construct.readFrom('Events', rawMail.queue.queueArn, {
    batchSize: BATCH_SIZE,
    ...(maxConcurrency === null ? {} : { maxConcurrency }),
    ...(provisionedPollers === null
      ? {}
      : {
          provisionedPollerConfig: { minimumPollers: provisionedPollers.min, maximumPollers: provisionedPollers.max },
        }),
  });
  return construct.fn;
}
