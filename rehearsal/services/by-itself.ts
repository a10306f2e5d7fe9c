import { type Asked, askedOfSqs, askedToSend } from '../aws/authorise.ts';
import { onQueue } from '../aws/sqs-call.ts';
import type { FoundResources } from '../deployment/found.ts';
import type { Bucket, Queue } from '../deployment/stores.ts';

/** A role that an AWS service assumes, and the requests it makes with it on its own. */
export interface RoleUse {
  roleArn: string;
  /** The service that assumes the role; the trust policy must allow it. */
  service: string;
  asked: readonly Asked[];
}

/** Lambda's poller (developer guide, "Configuring execution role permissions" for SQS). */
export const ofPoller = (queue: Queue): Asked[] =>
  ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].flatMap((action) =>
    askedOfSqs(onQueue(action, queue)),
  );

/** @param logGroupArn ends in `:*` */
export const ofLog = (logGroupArn: string): Asked[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    action,
    resource: logGroupArn.replace(/\*$/, 'log-stream:rehearsal'),
  }));

/** X-Ray, for a traced function. */
export const OF_TRACING: readonly Asked[] = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) => ({
  action,
  resource: '*',
}));

/**
 * Requests of ECS to start a task (developer guide, "Task execution IAM role"). None for an image from another
 * registry.
 */
export function ofImage(image: string): Asked[] {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)[:@]/.exec(image) ?? [];
  if (repository === undefined) return [];
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
  const actions = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
  return [{ action: 'ecr:GetAuthorizationToken', resource: '*' }, ...actions.map((action) => ({ action, resource }))];
}

/** VPC flow logs (VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"). */
export function flowLogUses(resources: FoundResources): RoleUse[] {
  const groups = new Map(resources.of('AWS::Logs::LogGroup').map((group) => [group.ref, group.attribute('Arn')]));
  return resources.of('AWS::EC2::FlowLog').flatMap(({ properties }) => {
    const { DeliverLogsPermissionArn: roleArn, LogGroupName } = properties;
    const group = groups.get(LogGroupName ?? '');
    if (roleArn === undefined || group === undefined) return [];
    const describe = { action: 'logs:DescribeLogStreams', resource: group };
    return [{ roleArn, service: 'vpc-flow-logs.amazonaws.com', asked: [...ofLog(group), describe] }];
  });
}

/** A request an AWS service makes for itself, which only a resource policy can allow. */
export interface ServiceUse {
  service: string;
  asked: Asked;
}

/** S3 access logs, alarms sent to a topic, and events EventBridge could not deliver. */
export function serviceUses(resources: FoundResources, queues: readonly Queue[]): ServiceUse[] {
  const logs = resources.of('AWS::S3::Bucket').flatMap(({ attribute, account, properties }) => {
    const { DestinationBucketName, LogFilePrefix } = properties.LoggingConfiguration ?? {};
    if (DestinationBucketName === undefined) return [];
    const resource = `arn:aws:s3:::${DestinationBucketName}/${LogFilePrefix}2026-11-29-10-00-00-0123456789ABCDEF`;
    const context = { 'aws:SourceArn': attribute('Arn'), 'aws:SourceAccount': account };
    return { service: 'logging.s3.amazonaws.com', asked: { action: 's3:PutObject', resource, context } };
  });
  const alarms = resources.of('AWS::CloudWatch::Alarm').flatMap(({ account, properties }) =>
    properties.AlarmActions.map((resource) => ({
      service: 'cloudwatch.amazonaws.com',
      asked: { action: 'sns:Publish', resource, context: { 'aws:SourceAccount': account } },
    })),
  );
  const undelivered = resources.of('AWS::Events::Rule').flatMap(({ attribute, properties }) =>
    properties.Targets.flatMap(({ DeadLetterConfig }) => {
      const queue = queues.find(({ arn }) => arn === DeadLetterConfig?.Arn);
      const all = queue === undefined ? [] : askedToSend(queue, attribute('Arn'));
      return all.map((asked) => ({ service: 'events.amazonaws.com', asked }));
    }),
  );
  return [...logs, ...alarms, ...undelivered];
}

const RULE = 'rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3';
const GUARD_DUTY = 'malware-protection-plan.guardduty.amazonaws.com';

/** Requests of GuardDuty to set up a plan (user guide, "Malware Protection for S3: IAM role permissions"). */
export function malwarePlanUses(resources: FoundResources, buckets: readonly Bucket[]): RoleUse[] {
  return resources.of('AWS::GuardDuty::MalwareProtectionPlan').flatMap(({ properties, account, region }) => {
    const bucket = buckets.find(({ name }) => name === properties.ProtectedResource.S3Bucket.BucketName);
    if (bucket === undefined) return [];
    const rule = `arn:aws:events:${region}:${account}:${RULE}-1`;
    const context = { 'events:ManagedBy': GUARD_DUTY };
    const managed = ['PutRule', 'PutTargets', 'DeleteRule', 'RemoveTargets'];
    return {
      roleArn: properties.Role,
      service: GUARD_DUTY,
      asked: [
        ...managed.map((action) => ({ action: `events:${action}`, resource: rule, context })),
        ...['DescribeRule', 'ListTargetsByRule'].map((action) => ({ action: `events:${action}`, resource: rule })),
        ...['ListBucket', 'GetBucketNotification', 'PutBucketNotification'].map((action) => ({
          action: `s3:${action}`,
          resource: bucket.arn,
        })),
        { action: 's3:PutObject', resource: `${bucket.arn}/malware-protection-resource-validation-object` },
      ],
    };
  });
}
