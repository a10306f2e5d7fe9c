import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Names } from '../names.ts';
import type { EncryptionKeys } from '../storage/encryption-keys.ts';

/** A statement of a role, with the reason for its wildcards if it has any. */
export interface Grant {
  statement: PolicyStatement;
  wildcards?: { resources: readonly string[]; reason: string };
}

/*
 * Explicit statements instead of CDK's `grant…` methods, which grant more than needed (`s3:List*`,
 * `s3:PutObjectLegalHold`, …) and modify policies in other stacks. ARNs are built from names, so that a policy shows
 * what it allows.
 */

export const readObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:GetObject'], bucketArn, prefixes);

/** Read the latest version and the version named by an event or a document. */
export function readVersions(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:GetObject', 's3:GetObjectVersion'], bucketArn, prefixes);
}

/** Read the tags that services set on objects. */
export const readTags = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:GetObjectTagging'], bucketArn, prefixes);

/** Includes the permission to abort a failed multipart upload. */
export const putObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:AbortMultipartUpload', 's3:PutObject'], bucketArn, prefixes);

export const deleteObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:DeleteObject'], bucketArn, prefixes);

/** Without this permission, S3 answers 403 instead of 404 for a missing object. */
export const listBuckets = (sid: string, bucketArns: readonly string[]) => grant(sid, ['s3:ListBucket'], bucketArns);

/** Permissions Lambda needs to poll a queue for a function. */
export const consume = (sid: string, ...queueArns: string[]) =>
  grant(sid, ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], queueArns);

/** Retry a message sooner or later than the queue's visibility timeout. */
export const postpone = (sid: string, ...queueArns: string[]) => grant(sid, ['sqs:ChangeMessageVisibility'], queueArns);

export const send = (sid: string, ...queueArns: string[]) => grant(sid, ['sqs:SendMessage'], queueArns);

/** For a function that publishes events; empty without a bus. */
export const putEvents = (names: Names, bus: string | null): Grant[] =>
  bus === null ? [] : [grant('TellBus', ['events:PutEvents'], [names.eventBusArn(bus)])];

export const queueDepth = (sid: string, queueArn: string) => grant(sid, ['sqs:GetQueueAttributes'], [queueArn]);

export const readSecrets = (sid: string, secretArns: readonly string[]) =>
  grant(sid, ['secretsmanager:GetSecretValue'], secretArns);

/** For services without resource-level permissions. */
export const useService = (sid: string, actions: readonly string[], reason: string): Grant => ({
  ...grant(sid, actions, ['*']),
  wildcards: { resources: ['*'], reason },
});

/** Pass a role to one service. */
export const passRole = (sid: string, roleArn: string, service: string) =>
  grant(sid, ['iam:PassRole'], [roleArn], { StringEquals: { 'iam:PassedToService': service } });

/** For customer-managed keys; empty with AWS managed keys. */
export const useKeys = (keys: EncryptionKeys | null): Grant[] =>
  keys === null
    ? []
    : [grant('UseKeys', ['kms:Decrypt', 'kms:GenerateDataKey'], [keys.storage.keyArn, keys.queues.keyArn])];

export function grant(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: PolicyStatementProps['conditions'] = {},
): Grant {
  return { statement: new PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions }) };
}

function onObjects(sid: string, actions: string[], bucketArn: string, prefixes: readonly string[]): Grant {
  const resources = prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
  return {
    ...grant(sid, actions, resources),
    wildcards: { resources, reason: 'Object keys contain mail ids, which are not known in advance.' },
  };
}
