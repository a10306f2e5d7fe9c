import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { canaryAddress } from '../../core/mail/canary.ts';
import { CANARY_ROUTE } from '../../core/mail/routes.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { canaryEnvironment } from '../../core/settings/canary.ts';
import type { Balancer } from '../ingress/balancer.ts';
import { type Names, routeQueueName } from '../names.ts';
import { grant } from '../processing/grants.ts';
import { PipelineFunction } from '../processing/pipeline-function.ts';
import { CANARY_TIMEOUT } from '../processing/timeouts.ts';
import type { Storage } from '../storage/storage.ts';

const MEMORY_MB = 256;

/**
 * Additional port of the load balancer. AWS blocks connections from functions to port 25 of any public address, and
 * lifts that only for functions in a VPC with a NAT gateway (https://repost.aws/knowledge-center/ec2-port-25-throttle).
 * 2525 is the customary alternative.
 */
export const CANARY_PORT = 2525;

export interface CanaryProps {
  config: DeployableConfig;
  canary: NonNullable<DeployableConfig['canary']>;
  names: Names;
  storage: Storage;
  balancer: Balancer;
}

/** Sends a mail through the edge on a schedule and waits for its message. `canaryAlarms` defines the alarm. */
export class Canary extends Construct {
  constructor(scope: Construct, id: string, { config, canary, names, storage, balancer }: CanaryProps) {
    super(scope, id);
    balancer.listenAt(CANARY_PORT, 'SMTP from the canary function, whose address is not known');
    const queue = routeQueueName(CANARY_ROUTE);
    const [domain = ''] = config.domains;
    const { fn } = new PipelineFunction(this, 'Sender', {
      config,
      names,
      program: 'canary',
      description: 'Sends canary mails and waits for them',
      memoryMb: MEMORY_MB,
      timeout: CANARY_TIMEOUT,
      environment: canaryEnvironment.encode({
        smtpHost: config.fargate.hostname ?? balancer.hostname,
        smtpPort: CANARY_PORT,
        recipient: canaryAddress(domain),
        queue: names.queueUrl(queue),
        metricsNamespace: metricsNamespace(names.stage),
      }),
      grants: [
        grant('TakeCanaries', ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], [names.queueArn(queue)]),
        ...(storage.keys === null ? [] : [grant('UseKey', ['kms:Decrypt'], [storage.keys.queues.keyArn])]),
      ],
    });
    // The next run makes up for a failed one.
    fn.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      ruleName: names.service('canary'),
      description: 'Sends a canary mail',
      schedule: Schedule.rate(Duration.minutes(canary.everyMinutes)),
      targets: [new LambdaTarget(fn, { retryAttempts: 0 })],
    });
  }
}
