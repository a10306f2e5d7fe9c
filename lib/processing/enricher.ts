import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { ENRICHER_MEMORY_MB, ENRICHER_TIMEOUT_SECONDS } from '../../core/config/functions.ts';
import { enricherSettings } from '../../core/config/to-settings.ts';
import {
  ATTACHMENT_PREFIX,
  ATTEMPTS_PREFIX,
  BUDGET_PREFIX,
  CACHE_PREFIX,
  DELIVERY_PREFIX,
  ENRICHING_PREFIX,
  FAILED_PREFIX,
  PARSED_PREFIX,
} from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { enricherEnvironment } from '../../core/settings/enricher.ts';
import type { Names } from '../names.ts';
import type { Storage } from '../storage/storage.ts';
import {
  consume,
  deleteObjects,
  type Grant,
  listBuckets,
  passRole,
  postpone,
  putEvents,
  putObjects,
  readObjects,
  readSecrets,
  readTags,
  send,
  useKeys,
  useService,
} from './grants.ts';
import { PipelineFunction, type PipelineParts } from './pipeline-function.ts';

/** Runs the asynchronous enrichment of a mail and sends the mail afterwards. */
export function enricherFunction(scope: Construct, { config, names, storage }: PipelineParts): void {
  const content = names.bucketArn('content');
  const queueArns = [names.queueArn('enrich'), names.queueArn('enrich-results')];
  const textract = config.enrichment.ocr.enabled ? textractNotices(scope, names, storage) : null;
  const construct = new PipelineFunction(scope, 'Enricher', {
    config,
    names,
    program: 'enricher',
    description: 'Runs the asynchronous enrichment of mails, then sends them',
    memoryMb: ENRICHER_MEMORY_MB,
    timeout: Duration.seconds(ENRICHER_TIMEOUT_SECONDS),
    // It polls by sending a message to itself, until the mail's deadline.
    sendsToItself: true,
    environment: enricherEnvironment.encode(
      enricherSettings(config, 'aws', {
        contentBucket: storage.content.bucketName,
        destinationQueue: storage.parsedMail.queue.queueUrl,
        enrichQueue: storage.enrich.queue.queueUrl,
        resultsQueue: storage.enrichResults.queue.queueUrl,
        deadLetterQueue: storage.enrich.deadLetters.queueUrl,
        textract,
        tesseractFrom: null,
        metricsNamespace: metricsNamespace(names.stage),
      }),
    ),
    grants: [
      consume('ReadWork', ...queueArns),
      postpone('RetryWork', ...queueArns),
      readObjects('ReadContent', content, [
        ATTACHMENT_PREFIX,
        ATTEMPTS_PREFIX,
        BUDGET_PREFIX,
        CACHE_PREFIX,
        DELIVERY_PREFIX,
        ENRICHING_PREFIX,
        FAILED_PREFIX,
        PARSED_PREFIX,
      ]),
      putObjects('WriteContent', content, [
        ATTEMPTS_PREFIX,
        BUDGET_PREFIX,
        CACHE_PREFIX,
        DELIVERY_PREFIX,
        ENRICHING_PREFIX,
        PARSED_PREFIX,
      ]),
      deleteObjects('EndWaiting', content, [ENRICHING_PREFIX]),
      listBuckets('TellMissing', [content]),
      send('Publish', ...names.publishedQueueArns(config)),
      ...putEvents(names, config.events.busName),
      send('AskLater', names.queueArn('enrich')),
      send('GiveUp', names.deadLetterQueueArn('enrich')),
      ...(textract === null ? [] : useTextract(textract.roleArn)),
      ...useComprehend(config.enrichment),
      ...(config.enrichment.malware.guardDuty ? [readTags('ReadScans', content, [ATTACHMENT_PREFIX])] : []),
      ...readSigningKeys(config.enrichment),
      ...useKeys(storage.keys),
    ],
  });
  // Each mail may use the whole timeout.
  const limits = { batchSize: 1, maxConcurrency: config.enrichment.maxConcurrency };
  construct.readFrom('Mails', storage.enrich.queue.queueArn, limits);
  construct.readFrom('Results', storage.enrichResults.queue.queueArn, limits);
}

function useTextract(roleArn: string): Grant[] {
  const actions = ['textract:AnalyzeExpense', 'textract:GetExpenseAnalysis', 'textract:StartExpenseAnalysis'];
  return [
    useService('ReadInvoices', actions, 'Textract does not support resource-level permissions.'),
    passRole('LetTextractSayDone', roleArn, 'textract.amazonaws.com'),
  ];
}

function readSigningKeys({ detonation, model }: DeployableConfig['enrichment']): Grant[] {
  const secrets = [detonation, model].flatMap((service) => service?.secretArn ?? []);
  return secrets.length === 0 ? [] : [readSecrets('ReadSigningKeys', [...new Set(secrets)])];
}

function useComprehend({ sentiment, entities, pii }: DeployableConfig['enrichment']): Grant[] {
  const actions = [
    ...(sentiment === 'comprehend' ? ['comprehend:DetectSentiment'] : []),
    ...(entities ? ['comprehend:DetectEntities'] : []),
    ...(pii ? ['comprehend:DetectPiiEntities'] : []),
  ];
  if (actions.length === 0) return [];
  return [
    useService('JudgeTexts', actions, 'Comprehend does not support resource-level permissions for these actions.'),
  ];
}

/** Textract announces the end of a job to a topic, which notifies the queue. The notices contain no text of mails. */
function textractNotices(scope: Construct, names: Names, storage: Storage) {
  const topic = new Topic(scope, 'TextractNotices', { topicName: names.textractTopic(), enforceSSL: true });
  new CfnSubscription(scope, 'TextractSubscription', {
    topicArn: topic.topicArn,
    protocol: 'sqs',
    endpoint: storage.enrichResults.queue.queueArn,
    rawMessageDelivery: true,
  });
  const role = new Role(scope, 'TextractRole', {
    assumedBy: new ServicePrincipal('textract.amazonaws.com'),
    description: `${names.stage}: lets Textract say that a job has ended`,
  });
  role.addToPolicy(new PolicyStatement({ sid: 'SayDone', actions: ['sns:Publish'], resources: [topic.topicArn] }));
  return { topicArn: topic.topicArn, roleArn: role.roleArn };
}
