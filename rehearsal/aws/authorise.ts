import type { Bucket, Queue } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { S3Call } from './s3-call.ts';
import { onQueue, type SqsCall } from './sqs-call.ts';

/** A request for authorisation, without the principal. */
export interface Asked {
  action: string;
  resource: string;
  context?: Readonly<Record<string, string>> | undefined;
}

/** The first of several requests that IAM denies; null when none is denied. */
export function firstDenied(guard: Guard, principal: Principal, asked: readonly Asked[], probe = false): Asked | null {
  return (
    asked.find(
      ({ action, resource, context = {} }) => !guard.ask({ principal, action, resource, context }, probe).allowed,
    ) ?? null
  );
}

/** The IAM and KMS permissions that S3 checks for a request. */
export const askedOfS3 = ({ actions, kms }: Pick<S3Call, 'actions' | 'kms'>, { keyArn, region }: Bucket): Asked[] => [
  ...actions,
  ...(keyArn === null ? [] : ofKey(keyArn, kms, `s3.${region}.amazonaws.com`)),
];

/** The IAM and KMS permissions that SQS checks for a request. */
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

/** The permissions an AWS service needs to send to a queue on behalf of one of its resources. */
export const askedToSend = (queue: Queue, sourceArn: string): Asked[] =>
  askedOfSqs(onQueue('sqs:SendMessage', queue), { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': queue.account });
