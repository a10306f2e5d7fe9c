import type { Bucket, Queue } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { S3Call } from './s3-call.ts';
import { onQueue, type SqsCall } from './sqs-call.ts';

/** A question to IAM without who asks. */
export interface Asked {
  action: string;
  resource: string;
  context?: Readonly<Record<string, string>> | undefined;
}

/** The first of several questions that is answered no; null when none is. */
export function firstDenied(guard: Guard, principal: Principal, asked: readonly Asked[], probe = false): Asked | null {
  return (
    asked.find(
      ({ action, resource, context = {} }) => !guard.ask({ principal, action, resource, context }, probe).allowed,
    ) ?? null
  );
}

/** What S3 asks IAM and KMS about one request. */
export const askedOfS3 = ({ actions, kms }: Pick<S3Call, 'actions' | 'kms'>, { keyArn, region }: Bucket): Asked[] => [
  ...actions,
  ...(keyArn === null ? [] : ofKey(keyArn, kms, `s3.${region}.amazonaws.com`)),
];

/** What SQS asks IAM and KMS about one request. */
export const askedOfSqs = ({ action, resource, kms }: SqsCall, context: Record<string, string> = {}): Asked[] => [
  { action, resource, context },
  ...(kms === null ? [] : ofKey(kms.keyArn, kms.actions, `sqs.${resource.split(':')[3]}.amazonaws.com`, context)),
];

const ofKey = (
  keyArn: string,
  actions: readonly string[],
  service: string,
  context: Record<string, string> = {},
): Asked[] =>
  actions.map((action) => ({ action, resource: keyArn, context: { ...context, 'kms:ViaService': service } }));

/** What a service of AWS asks when it puts a message on a queue on behalf of a resource of its own. */
export const askedToSend = (queue: Queue, sourceArn: string): Asked[] =>
  askedOfSqs(onQueue('sqs:SendMessage', queue), { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': queue.account });
