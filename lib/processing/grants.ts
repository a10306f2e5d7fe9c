import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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

export function readObjects(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:GetObject'], bucketArn, prefixes);
}

/** What services say of objects. */
export function readTags(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:GetObjectTagging'], bucketArn, prefixes);
}

/** A multipart upload that fails is aborted. */
export function putObjects(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:AbortMultipartUpload', 's3:PutObject'], bucketArn, prefixes);
}

export function deleteObjects(sid: string, bucketArn: string, prefixes: readonly string[]): Grant {
  return onObjects(sid, ['s3:DeleteObject'], bucketArn, prefixes);
}

/** Without it S3 answers 403 instead of 404 for an object that is not there. */
export function listBuckets(sid: string, bucketArns: readonly string[]): Grant {
  return { statement: new PolicyStatement({ sid, actions: ['s3:ListBucket'], resources: [...bucketArns] }) };
}

/** What Lambda needs to poll a queue for a function. */
export function consume(sid: string, ...queueArns: string[]): Grant {
  const actions = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
  return { statement: new PolicyStatement({ sid, actions, resources: queueArns }) };
}

/** To try a message again sooner or later than the queue's visibility timeout says. */
export function postpone(sid: string, ...queueArns: string[]): Grant {
  const actions = ['sqs:ChangeMessageVisibility'];
  return { statement: new PolicyStatement({ sid, actions, resources: queueArns }) };
}

export function send(sid: string, ...queueArns: string[]): Grant {
  return { statement: new PolicyStatement({ sid, actions: ['sqs:SendMessage'], resources: queueArns }) };
}

/** For a function that publishes; nothing without a bus. */
export function putEvents(names: Names, bus: string | null): Grant[] {
  if (bus === null) return [];
  const resources = [names.eventBusArn(bus)];
  return [{ statement: new PolicyStatement({ sid: 'TellBus', actions: ['events:PutEvents'], resources }) }];
}

export function queueDepth(sid: string, queueArn: string): Grant {
  return { statement: new PolicyStatement({ sid, actions: ['sqs:GetQueueAttributes'], resources: [queueArn] }) };
}

export function readSecrets(sid: string, secretArns: readonly string[]): Grant {
  const actions = ['secretsmanager:GetSecretValue'];
  return { statement: new PolicyStatement({ sid, actions, resources: [...secretArns] }) };
}

/** Services whose requests name no resource that a policy could hold. */
export function useService(sid: string, actions: readonly string[], reason: string): Grant {
  return {
    statement: new PolicyStatement({ sid, actions: [...actions], resources: ['*'] }),
    wildcards: { resources: ['*'], reason },
  };
}

/** To hand a role to one service. */
export function passRole(sid: string, roleArn: string, service: string): Grant {
  const conditions = { StringEquals: { 'iam:PassedToService': service } };
  return { statement: new PolicyStatement({ sid, actions: ['iam:PassRole'], resources: [roleArn], conditions }) };
}

/** With keys of one's own; nothing when AWS manages them. */
export function useKeys(keys: EncryptionKeys | null): Grant[] {
  if (keys === null) return [];
  const resources = [keys.storage.keyArn, keys.queues.keyArn];
  return [
    { statement: new PolicyStatement({ sid: 'UseKeys', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources }) },
  ];
}

function onObjects(sid: string, actions: string[], bucketArn: string, prefixes: readonly string[]): Grant {
  const resources = prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
  return {
    statement: new PolicyStatement({ sid, actions, resources }),
    wildcards: { resources, reason: 'Keys hold the ids of mails, which are not known beforehand.' },
  };
}
