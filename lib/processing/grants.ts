import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Names } from '../names.ts';
import type { EncryptionKeys } from '../storage/encryption-keys.ts';

/** A statement of a role, and why it may hold a wildcard where it holds one. */
export interface Grant {
  statement: PolicyStatement;
  wildcards?: { resources: readonly string[]; reason: string };
}

/*
 * Written out instead of CDK's `grant…` methods, which give more than is used (`s3:List*`, `s3:PutObjectLegalHold`, …)
 * and write into the policies of other stacks. ARNs are made of names, so that a policy reads as what it allows.
 */

export const readObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:GetObject'], bucketArn, prefixes);

/** The version that an event names, or a document, as well as the latest. */
export function readVersions(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:GetObject', 's3:GetObjectVersion'], bucketArn, prefixes);
}

/** What services say of objects. */
export const readTags = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:GetObjectTagging'], bucketArn, prefixes);

/** A multipart upload that fails is aborted. */
export const putObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:AbortMultipartUpload', 's3:PutObject'], bucketArn, prefixes);

export const deleteObjects = (sid: string, bucketArn: string, prefixes: readonly string[]) =>
  onObjects(sid, ['s3:DeleteObject'], bucketArn, prefixes);

/** Without it S3 answers 403 instead of 404 for an object that is not there. */
export const listBuckets = (sid: string, bucketArns: readonly string[]) => grant(sid, ['s3:ListBucket'], bucketArns);

/** What Lambda needs to poll a queue for a function. */
export const consume = (sid: string, ...queueArns: string[]) =>
  grant(sid, ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], queueArns);

/** To try a message again sooner or later than the queue's visibility timeout says. */
export const postpone = (sid: string, ...queueArns: string[]) => grant(sid, ['sqs:ChangeMessageVisibility'], queueArns);

export const send = (sid: string, ...queueArns: string[]) => grant(sid, ['sqs:SendMessage'], queueArns);

/** For a function that publishes; nothing without a bus. */
export const putEvents = (names: Names, bus: string | null): Grant[] =>
  bus === null ? [] : [grant('TellBus', ['events:PutEvents'], [names.eventBusArn(bus)])];

export const queueDepth = (sid: string, queueArn: string) => grant(sid, ['sqs:GetQueueAttributes'], [queueArn]);

export const readSecrets = (sid: string, secretArns: readonly string[]) =>
  grant(sid, ['secretsmanager:GetSecretValue'], secretArns);

/** Services whose requests name no resource that a policy could hold. */
export const useService = (sid: string, actions: readonly string[], reason: string): Grant => ({
  ...grant(sid, actions, ['*']),
  wildcards: { resources: ['*'], reason },
});

/** To hand a role to one service. */
export const passRole = (sid: string, roleArn: string, service: string) =>
  grant(sid, ['iam:PassRole'], [roleArn], { StringEquals: { 'iam:PassedToService': service } });

/** With keys of one's own; nothing when AWS manages them. */
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
    wildcards: { resources, reason: 'Keys hold the ids of mails, which are not known beforehand.' },
  };
}
