import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { reconcilerSettings } from '../../core/config/to-settings.ts';
import { FAILED_PREFIX, PARSED_PREFIX } from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { RECENT_PASS, reconcilerEnvironment } from '../../core/settings/reconciler.ts';
import { listBuckets, queueDepth, readObjects, send, useKeys } from './grants.ts';
import { PipelineFunction, type PipelineParts } from './pipeline-function.ts';
import { RECONCILER_FULL_PERIOD, RECONCILER_PERIOD, RECONCILER_TIMEOUT } from './timeouts.ts';

const MEMORY_MB = 512;

/** Finds stored mails without an outcome and queues them again. */
export function reconcilerFunction(scope: Construct, { config, names, storage }: PipelineParts): void {
  const construct = new PipelineFunction(scope, 'Reconciler', {
    config,
    names,
    program: 'reconciler',
    description: 'Finds stored mails without an outcome',
    memoryMb: MEMORY_MB,
    timeout: RECONCILER_TIMEOUT,
    environment: reconcilerEnvironment.encode(
      reconcilerSettings({
        rawBucket: storage.raw.bucketName,
        contentBucket: storage.content.bucketName,
        eventQueue: storage.rawMail.queue.queueUrl,
        metricsNamespace: metricsNamespace(names.stage),
      }),
    ),
    grants: [
      listBuckets('ListMailsAndOutcomes', [names.bucketArn('raw'), names.bucketArn('content')]),
      // HeadObject requires permission to read the object.
      readObjects('LookAtOutcomes', names.bucketArn('content'), [FAILED_PREFIX, PARSED_PREFIX]),
      send('QueueAgain', names.queueArn('raw-mail')),
      queueDepth('SeeBacklog', names.queueArn('raw-mail')),
      ...useKeys(storage.keys),
    ],
  });
  // The next pass makes up for a failed one, so neither Lambda nor the rule retries.
  construct.fn.configureAsyncInvoke({ retryAttempts: 0 });
  new Rule(construct, 'Schedule', {
    ruleName: names.service('reconciler'),
    description: 'Runs the reconciler for recent mails',
    schedule: Schedule.rate(RECONCILER_PERIOD),
    targets: [new LambdaTarget(construct.fn, { retryAttempts: 0, event: RuleTargetInput.fromObject(RECENT_PASS) })],
  });
  new Rule(construct, 'FullSchedule', {
    ruleName: `${names.service('reconciler')}-full`,
    description: 'Runs the reconciler for all mails',
    schedule: Schedule.rate(RECONCILER_FULL_PERIOD),
    targets: [new LambdaTarget(construct.fn, { retryAttempts: 0 })],
  });
}
