import { describe, expect, it } from 'vitest';
import { LOCKED_AND_TIERED, RICH_STORAGE } from '../support/config-variants.ts';
import { resourceOf, resourceStatements, type Synthesis, synthesised } from '../support/synth.ts';

const plain = synthesised({ stage: 'dev' });
const rich = synthesised(RICH_STORAGE);
const removed = synthesised({ teardown: 'remove' });

const RAW = 'mail-pipeline-dev-raw-<AWS::AccountId>-<AWS::Region>';

describe('raw bucket', () => {
  it('is written once: the policy word for word', () => {
    expect(resourceStatements(plain.stack('storage'), 'AWS::S3::BucketPolicy', 'RawBucketPolicy').slice(2)).toEqual([
      {
        Sid: 'WriteOnce',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:PutObject',
        Resource: expect.stringMatching(/^<RawBucket\w+\.Arn>\/\*$/),
        Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
      },
    ]);
  });

  it('requires TLS 1.2 or newer and blocks public access', () => {
    const template = plain.stack('storage');
    for (const bucket of ['RawBucket', 'ContentBucket', 'AccessLogs']) {
      expect(resourceStatements(template, 'AWS::S3::BucketPolicy', `${bucket}Policy`).slice(0, 2)).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
        }),
      ]);
    }
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it('notifies the queue of every .eml, and depends on the permission to do so', () => {
    const bucket = resourceOf(plain.stack('storage'), 'AWS::S3::Bucket', 'RawBucket');
    expect(bucket).toMatchObject({
      Properties: {
        BucketName: RAW,
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Queue: expect.stringMatching(/^<RawMailQueue\w+\.Arn>$/),
              Filter: { S3Key: { Rules: [{ Name: 'suffix', Value: '.eml' }] } },
            },
          ],
        },
        VersioningConfiguration: { Status: 'Enabled' },
      },
      DependsOn: [expect.stringMatching(/^RawMailQueuePolicy/)],
    });
  });

  it('is the only sender its queue allows', () => {
    expect(resourceStatements(plain.stack('storage'), 'AWS::SQS::QueuePolicy', 'RawMailQueuePolicy')).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({ Effect: 'Deny', Action: 'sqs:PurgeQueue' }),
      {
        Sid: 'S3Notifies',
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: expect.stringMatching(/^<RawMailQueue\w+\.Arn>$/),
        Condition: {
          ArnEquals: { 'aws:SourceArn': `arn:<AWS::Partition>:s3:::${RAW}` },
          StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
        },
      },
    ]);
  });

  it('denies everyone to purge internal queues, but not the queues of consumers', () => {
    const statements = (policy: string) => resourceStatements(plain.stack('storage'), 'AWS::SQS::QueuePolicy', policy);
    const never = expect.objectContaining({ Effect: 'Deny', Action: 'sqs:PurgeQueue', Principal: { AWS: '*' } });
    for (const queue of ['RawMail', 'Enrich', 'EnrichResults']) {
      expect(statements(`${queue}QueuePolicy`)).toContainEqual(never);
      expect(statements(`${queue}DeadLettersPolicy`)).toContainEqual(never);
    }
    expect(statements('ParsedMailQueuePolicy')).not.toContainEqual(never);
  });

  it('lets SES write only under ses/, and notifies the queue of what it writes', () => {
    const template = rich.stack('storage');
    expect(resourceStatements(template, 'AWS::S3::BucketPolicy', 'RawBucketPolicy').slice(2)).toEqual([
      expect.objectContaining({
        Sid: 'WriteOnce',
        NotResource: expect.stringMatching(/^<RawBucket\w+\.Arn>\/ses\/\*$/),
      }),
      {
        Sid: 'SesStoresMail',
        Effect: 'Allow',
        Principal: { Service: 'ses.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: expect.stringMatching(/^<RawBucket\w+\.Arn>\/ses\/\*$/),
        Condition: {
          StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
          ArnEquals: {
            'aws:SourceArn':
              'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:receipt-rule-set/mail-pipeline-prod:receipt-rule/mail-pipeline-prod',
          },
        },
      },
    ]);
    const rules = [
      [
        { Name: 'prefix', Value: 'raw/' },
        { Name: 'suffix', Value: '.eml' },
      ],
      [{ Name: 'prefix', Value: 'ses/' }],
    ];
    expect(resourceOf(template, 'AWS::S3::Bucket', 'RawBucket')).toMatchObject({
      Properties: {
        NotificationConfiguration: {
          QueueConfigurations: rules.map((Rules) => ({ Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules } } })),
        },
      },
    });
  });

  it('keeps, moves, locks and expires as configured', () => {
    const locked = synthesised({ storage: LOCKED_AND_TIERED });
    expect(resourceOf(locked.stack('storage'), 'AWS::S3::Bucket', 'RawBucket')).toMatchObject({
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } } },
        LifecycleConfiguration: {
          Rules: [
            {
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              ExpirationInDays: 400,
              Transitions: [
                { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
                { StorageClass: 'GLACIER_IR', TransitionInDays: 90 },
              ],
            },
            { Id: 'probes', Prefix: 'raw/probe/', ExpirationInDays: 1 },
            {
              Id: 'held',
              Prefix: 'raw/held/',
              ExpirationInDays: 1,
              NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            },
            { ExpiredObjectDeleteMarker: true },
          ],
        },
      },
    });
  });
});

describe('content bucket', () => {
  const statements = (synthesis: Synthesis) =>
    resourceStatements(synthesis.stack('storage'), 'AWS::S3::BucketPolicy', 'ContentBucketPolicy');

  it('keeps overwritten and deleted versions for a week', () => {
    for (const synthesis of [plain, rich, removed]) {
      expect(resourceOf(synthesis.stack('storage'), 'AWS::S3::Bucket', 'ContentBucket')).toMatchObject({
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          LifecycleConfiguration: {
            Rules: expect.arrayContaining([
              { Id: 'versions', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
              { Id: 'markers', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
            ]),
          },
        },
      });
    }
  });

  it('lets no function of the pipeline delete a version: the policy word for word', () => {
    const role = (name: string) =>
      `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/mail-pipeline-dev-${name}-<AWS::Region>`;
    expect(statements(plain).slice(2)).toEqual([
      {
        Sid: 'KeepVersions',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['s3:DeleteObjectVersion', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
        Resource: [
          expect.stringMatching(/^<ContentBucket\w+\.Arn>$/),
          expect.stringMatching(/^<ContentBucket\w+\.Arn>\/\*$/),
        ],
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': [
              'edge-mta',
              'parser',
              'dead-letter',
              'reconciler',
              'webhook',
              'enricher',
              'certificate',
              'canary',
            ].map(role),
          },
        },
      },
    ]);
  });
});
