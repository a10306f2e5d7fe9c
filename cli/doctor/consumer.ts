import { publishedQueues } from '../../core/config/published-queues.ts';
import { AccessError, errorText, PipelineError } from '../../core/mail/errors.ts';
import { ATTACHMENT_PREFIX, PARSED_PREFIX } from '../../core/mail/keys.ts';
import { CANARY_ROUTE, QUARANTINE_ROUTE, routeQueue } from '../../core/mail/routes.ts';
import type { Access } from '../../core/ports/account.ts';
import type { CommandContext } from '../command.ts';
import type { Deployed } from './deployed.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

const CHECK = 'permissions of the consumer';
/** The actions of a consumer on each message (docs/deploy.md, "Steps", 9). */
const ON_QUEUES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];
/** A receipt handle that SQS never issued. */
const NO_HANDLE = 'mail-pipeline-doctor';

/**
 * Checks the permissions of a consumer. Receives nothing, because that would hide a message from the real consumer.
 *
 * @param principalArn role or user that IAM simulates; undefined tries the caller's own credentials
 */
export async function* checkConsumer(
  deployed: Deployed,
  principalArn: string | undefined,
  context: Pick<CommandContext, 'queue'>,
): AsyncGenerator<Finding> {
  const { outputs } = deployed;
  const [arn, url, bucket] = [
    outputs['ParsedMailQueueArn'],
    outputs['ParsedMailQueueUrl'],
    outputs['ContentBucketName'],
  ];
  if (arn === undefined || url === undefined || bucket === undefined) {
    yield skip(CHECK, 'cannot tell the queue: the stack storage has no outputs');
  } else if (principalArn === undefined) {
    yield await tried(consumedQueues(deployed, url), context);
  } else {
    yield await simulated(deployed, principalArn, consumedQueues(deployed, arn), bucket);
  }
}

/** ARNs or URLs of the queues that you consume: those without a webhook. */
function consumedQueues({ config }: Deployed, parsedMail: string): string[] {
  return publishedQueues(config)
    .filter(({ route, webhook }) => webhook === null && route !== QUARANTINE_ROUTE && route !== CANARY_ROUTE)
    .map(({ route }) => (route === null ? parsedMail : routeQueue(parsedMail, route)));
}

async function simulated(
  { config, account }: Deployed,
  principalArn: string,
  queueArns: string[],
  bucket: string,
): Promise<Finding> {
  const [, partition = 'aws'] = principalArn.split(':');
  const wanted: Access[] = [
    ...queueArns.flatMap((resource) => ON_QUEUES.map((action) => ({ action, resource }))),
    ...[`${PARSED_PREFIX}doctor.json`, `${ATTACHMENT_PREFIX}doctor/1`].map((key) => ({
      action: 's3:GetObject',
      resource: `arn:${partition}:s3:::${bucket}/${key}`,
    })),
  ];
  try {
    const denied = await account.denied(principalArn, wanted);
    if (denied.length > 0) {
      const list = denied.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
      return fail(
        CHECK,
        `IAM's simulator denies ${principalArn} ${list}`,
        'allow it in the policies of that role (docs/deploy.md, "Steps", 9)',
      );
    }
    const keys = config.encryption === 'customer-managed' ? '; it did not simulate kms:Decrypt' : '';
    return ok(
      CHECK,
      `IAM's simulator allows ${principalArn} all ${wanted.length} actions; it does not consider queue and bucket policies${keys}`,
    );
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'iam.NoSuchEntityException') {
      return fail(CHECK, `${principalArn} does not exist`, 'correct --consumer');
    }
    if (!(error instanceof AccessError)) throw error;
    return skip(
      CHECK,
      `allow iam:SimulatePrincipalPolicy, or run doctor with the consumer's credentials and without --consumer (${errorText(error)})`,
    );
  }
}

/**
 * Deletes and postpones with an invalid handle: SQS rejects the handle if the caller has permission, and the access if
 * not.
 */
async function tried(queueUrls: string[], context: Pick<CommandContext, 'queue'>): Promise<Finding> {
  for (const url of queueUrls) {
    const queue = await context.queue(url);
    for (const [action, request] of [
      ['sqs:DeleteMessage', () => queue.delete(NO_HANDLE)],
      ['sqs:ChangeMessageVisibility', () => queue.changeVisibility(NO_HANDLE, 0)],
    ] as const) {
      const answer = await request().then(
        () => null,
        (error: unknown) => error,
      );
      if (answer instanceof AccessError) {
        return skip(
          CHECK,
          `these credentials cannot consume (${action} on ${url} is denied): give --consumer ROLE-ARN, or run doctor with the consumer's credentials`,
        );
      }
      if (!(answer instanceof PipelineError) || answer.code !== 'sqs.ReceiptHandleIsInvalid') {
        return skip(CHECK, `SQS gave an unexpected answer to ${action} with a made-up handle: ${errorText(answer)}`);
      }
    }
  }
  return ok(
    CHECK,
    'these credentials may delete and postpone messages (tried with a made-up handle). Receiving was not tried, because it would hide a message; with --consumer ROLE-ARN IAM simulates every action',
  );
}
