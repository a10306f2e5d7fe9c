import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { RICH_STORAGE } from '../support/config-variants.ts';
import { flat, resourceOf, resourceStatements, resourcesOf, type Synthesis, synthesised } from '../support/synth.ts';

const plain = synthesised({ stage: 'dev' });
const rich = synthesised(RICH_STORAGE);
const removed = synthesised({ teardown: 'remove' });

describe('queues', () => {
  it('have dead-letter queues that accept only their messages and retain them for 14 days', () => {
    const template = plain.stack('storage');
    for (const [name, maxReceiveCount] of [
      ['raw-mail', 1_000],
      ['parsed-mail', 5],
    ]) {
      template.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `mail-pipeline-dev-${name}`,
        RedrivePolicy: { maxReceiveCount },
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
      });
      template.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `mail-pipeline-dev-${name}-dlq`,
        MessageRetentionPeriod: 1_209_600,
        RedriveAllowPolicy: {
          redrivePermission: 'byQueue',
          sourceQueueArns: [{ 'Fn::Join': ['', Match.arrayWith([`:mail-pipeline-dev-${name}`])] }],
        },
      });
    }
  });

  it('hide the event of a mail for six times the timeout of the parser', () => {
    plain.stack('storage').hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'mail-pipeline-dev-raw-mail',
      VisibilityTimeout: 180,
    });
  });
});

describe('keys of one’s own', () => {
  it('are two, and their policies name bucket and rule by ARN', () => {
    const template = rich.stack('storage');
    const own = (prefix: string) =>
      resourceStatements(template, 'AWS::KMS::Key', prefix).filter((statement) => 'Sid' in Object(statement));
    expect(own('KeysQueues')).toEqual([
      {
        Sid: 'S3NotifiesQueue',
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: {
          ArnEquals: {
            'aws:SourceArn': 'arn:<AWS::Partition>:s3:::mail-pipeline-prod-raw-<AWS::AccountId>-<AWS::Region>',
          },
          StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
        },
      },
      expect.objectContaining({
        Sid: 'SnsNotifiesQueue',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Principal: { Service: 'sns.amazonaws.com' },
      }),
    ]);
    expect(own('KeysStorage')).toEqual([
      expect.objectContaining({
        Sid: 'SesStoresMail',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Principal: { Service: 'ses.amazonaws.com' },
      }),
    ]);
  });

  it('encrypt both mail buckets and all queues', () => {
    const template = rich.stack('storage');
    for (const bucket of ['RawBucket', 'ContentBucket']) {
      expect(JSON.stringify(resourceOf(template, 'AWS::S3::Bucket', bucket))).toMatch(/"KMSMasterKeyID":"<KeysStorage/);
    }
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
  });
});

describe('teardown', () => {
  it('keeps buckets and their key by default', () => {
    for (const template of [plain.stack('storage'), rich.stack('storage')]) {
      template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      template.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
    }
    const keys = rich.stack('storage').findResources('AWS::KMS::Key');
    expect(Object.entries(keys).map(([id, { DeletionPolicy }]) => [id.slice(0, 8), DeletionPolicy])).toEqual([
      ['KeysStor', 'Retain'],
      ['KeysQueu', 'Delete'],
    ]);
  });

  it('removes everything when configured', () => {
    for (const role of ['network', 'storage', 'processing', 'ingress'] as const) {
      const resources = resourcesOf(removed.stack(role));
      expect(Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))).toEqual([]);
    }
    removed.stack('storage').resourceCountIs('Custom::S3AutoDeleteObjects', 3);
  });
});

describe('stages', () => {
  it('can share an account, because no physical name occurs in two stages', () => {
    const names = (synthesis: Synthesis) =>
      (['network', 'storage', 'processing', 'ingress'] as const).flatMap((role) => {
        const resources = resourcesOf(synthesis.stack(role));
        return Object.values(resources).flatMap(({ Properties = {} }) =>
          Object.entries(Properties)
            .filter(([key]) => /^(\w+Name|Family)$/.test(key) && key !== 'PolicyName')
            .map(([, value]) => JSON.stringify(flat(value)))
            .filter((value) => value.includes('mail-pipeline')),
        );
      });
    const shared = names(plain).filter((name) => names(removed).includes(name));
    expect(names(plain).length).toBeGreaterThan(10);
    expect(shared).toEqual([]);
  });
});
