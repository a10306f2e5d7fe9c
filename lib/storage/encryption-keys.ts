import { Annotations, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Names } from '../names.ts';

/** Keys of buckets and queues; they may be the same key. */
export interface EncryptionKeys {
  readonly storage: IKey;
  readonly queues: IKey;
}

/** Services that write to an encrypted bucket or queue. */
export interface KeyUsers {
  names: Names;
  /** ARN of the receipt rule that may write to the raw bucket; null without SES. */
  receiptRuleArn: string | null;
  /** Whether Textract's notices arrive through its topic. */
  ocr: boolean;
  /** Whether EventBridge delivers GuardDuty's events. */
  guardDuty: boolean;
}

/** Two keys, because stored mail outlives a deployment and messages do not. */
export class OwnKeys extends Construct implements EncryptionKeys {
  readonly storage: Key;
  readonly queues: Key;

  constructor(scope: Construct, id: string, { names, removalPolicy }: { names: Names; removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.storage = new Key(this, 'Storage', {
      alias: names.keyAlias('storage'),
      description: `${names.stage}: mail at rest in S3`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.queues = new Key(this, 'Queues', {
      alias: names.keyAlias('queues'),
      description: `${names.stage}: messages in SQS`,
      enableKeyRotation: true,
      // Messages do not outlive a deployment, so there is nothing left to decrypt.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/**
 * Lets services use the keys. The policies name bucket, topic and rule by ARN, so that no key depends on them: the
 * bucket depends on its notification queue, and the queue on its key.
 */
export function allowServices(scope: Construct, { storage, queues }: EncryptionKeys, users: KeyUsers): void {
  const { names, receiptRuleArn, ocr, guardDuty } = users;
  const ofQueues = [
    usableBy('S3NotifiesQueue', 's3.amazonaws.com', names.bucketArn('raw')),
    ...(ocr ? [usableBy('SnsNotifiesQueue', 'sns.amazonaws.com', names.textractTopicArn())] : []),
    // Without conditions: EventBridge sends KMS neither aws:SourceArn nor aws:SourceAccount when its target is an
    // encrypted queue (SQS Developer Guide, "Key management"). The queue's policy says which rule may send.
    ...(guardDuty ? [keyUse('EventBridgeNotifiesQueue', 'events.amazonaws.com')] : []),
  ];
  const ofStorage = receiptRuleArn === null ? [] : [usableBy('SesStoresMail', 'ses.amazonaws.com', receiptRuleArn)];
  const refused = [
    ...ofQueues.filter((statement) => !queues.addToResourcePolicy(statement).statementAdded),
    ...ofStorage.filter((statement) => !storage.addToResourcePolicy(statement).statementAdded),
  ];
  if (refused.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'mail-pipeline:key-policy',
    `CDK cannot change the policy of an imported key. Add to it:\n${refused.map((statement) => JSON.stringify(Stack.of(scope).resolve(statement.toStatementJson()))).join('\n')}`,
  );
}

function usableBy(sid: string, service: string, sourceArn: string): PolicyStatement {
  const statement = keyUse(sid, service);
  statement.addCondition('ArnEquals', { 'aws:SourceArn': sourceArn });
  statement.addCondition('StringEquals', { 'aws:SourceAccount': Aws.ACCOUNT_ID });
  return statement;
}

/** In a key policy, the resource `*` is the key itself. */
function keyUse(sid: string, service: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: [new ServicePrincipal(service)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
  });
}
