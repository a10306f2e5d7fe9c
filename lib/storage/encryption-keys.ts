import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Names } from '../names.ts';

export interface EncryptionKeysProps {
  names: Names;
  removalPolicy: RemovalPolicy;
  /** ARN of the receipt rule that may write to the raw bucket; null when SES is no door. */
  receiptRuleArn: string | null;
  /** Whether Textract's notices come through the topic of that name. */
  ocr: boolean;
  /** Whether EventBridge brings GuardDuty's events. */
  guardDuty: boolean;
}

/**
 * Two keys, not one: the bucket would wait for its notification queue, the queue for the key, and a key that names
 * the bucket for the bucket. The policies name bucket and rule by ARN, so neither key waits for anything.
 */
export class EncryptionKeys extends Construct {
  readonly storage: Key;
  readonly queues: Key;

  constructor(scope: Construct, id: string, props: EncryptionKeysProps) {
    super(scope, id);
    const { names, removalPolicy, receiptRuleArn, ocr, guardDuty } = props;
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
      // Messages outlive no deployment: nothing is left to decrypt.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.queues.addToResourcePolicy(usableBy('S3NotifiesQueue', 's3.amazonaws.com', names.bucketArn('raw')));
    if (ocr) {
      this.queues.addToResourcePolicy(usableBy('SnsNotifiesQueue', 'sns.amazonaws.com', names.textractTopicArn()));
    }
    if (guardDuty) {
      // Without conditions: EventBridge sends KMS neither aws:SourceArn nor aws:SourceAccount when its target is an
      // encrypted queue (SQS Developer Guide, "Key management"). The queue's policy says which rule may send.
      this.queues.addToResourcePolicy(keyUse('EventBridgeNotifiesQueue', 'events.amazonaws.com'));
    }
    if (receiptRuleArn !== null) {
      this.storage.addToResourcePolicy(usableBy('SesStoresMail', 'ses.amazonaws.com', receiptRuleArn));
    }
  }
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
