import { describe, expect, it } from 'vitest';
import { allow, CONTENT, QUEUE, RAW, under, writeLog } from '../support/statements.ts';
import { flat, resourcesOf, roleStatements, synthesised } from '../support/synth.ts';

const plain = synthesised();
const rich = synthesised({
  region: 'eu-west-1',
  encryption: 'customer-managed',
  tracing: true,
  tls: { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
});
const routed = synthesised({
  smtp: { recipients: [{ match: 'vip', route: 'vip' }, { match: '*' }] },
  routes: [{ name: 'vip' }, { name: 'bounces', kinds: ['bounce'], queue: { maxReceiveCount: 9 } }],
});
const telling = synthesised({ events: { busName: 'mails' } });
const judging = synthesised({
  region: 'eu-west-1',
  enrichment: { sentiment: 'comprehend', entities: true, pii: true, ocr: { enabled: false } },
});

const PARSER = [
  writeLog('Parser'),
  allow('ReadEvents', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], `${QUEUE}-raw-mail`),
  allow('ReadMails', ['s3:GetObject', 's3:GetObjectVersion'], `${RAW}/*`),
  allow('ReadOutcomes', 's3:GetObject', under('attempts', 'claim', 'deliveries', 'enriching', 'failed', 'parsed')),
  allow(
    'WriteOutcomes',
    ['s3:AbortMultipartUpload', 's3:PutObject'],
    under('attachments', 'attempts', 'claim', 'deliveries', 'enriching', 'parsed'),
  ),
  allow('TellMissing', 's3:ListBucket', [CONTENT, RAW]),
  allow('Publish', 'sqs:SendMessage', `${QUEUE}-parsed-mail`),
  allow('Enrich', 'sqs:SendMessage', `${QUEUE}-enrich`),
  allow('RetryEvents', 'sqs:ChangeMessageVisibility', `${QUEUE}-raw-mail`),
  allow('GiveUp', 'sqs:SendMessage', `${QUEUE}-raw-mail-dlq`),
];

const EDGE = [allow('StoreMails', ['s3:AbortMultipartUpload', 's3:PutObject'], `${RAW}/raw/*`)];

describe('roles, word for word', () => {
  it('the edge puts mails under raw/ and does nothing else', () => {
    expect(roleStatements(plain.stack('ingress'), 'EdgeTaskRole')).toEqual(EDGE);
  });

  it('the edge may use a customer-managed key and read its certificate', () => {
    expect(roleStatements(rich.stack('ingress'), 'EdgeTaskRole')).toEqual([
      ...EDGE,
      allow('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], expect.stringMatching(/^<import .*KeysStorage.*Arn/)),
      allow(
        'ReadCertificate',
        'secretsmanager:GetSecretValue',
        'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf',
      ),
    ]);
  });

  it('the edge with a data hook reads held mails, but no accepted one', () => {
    const asking = synthesised({ smtp: { dataHook: { url: 'https://verdicts.example.com/' } } });
    expect(roleStatements(asking.stack('ingress'), 'EdgeTaskRole')).toEqual([
      ...EDGE,
      allow('CopyHeldMails', 's3:GetObject', `${RAW}/raw/held/*`),
    ]);
  });

  it('the execution role of the edge pulls its image and opens its log', () => {
    expect(roleStatements(plain.stack('ingress'), 'EdgeExecutionRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: expect.stringMatching(/:repository\/cdk-hnb659fds-container-assets-<AWS::AccountId>-<AWS::Region>$/),
      },
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: expect.stringMatching(/^<EdgeLogs\w+\.Arn>$/),
      },
    ]);
  });

  it('the parser reads mails, writes outcomes and cannot delete', () => {
    const statements = roleStatements(plain.stack('processing'), 'ParserRole');
    expect(statements).toEqual(PARSER);
    expect(JSON.stringify(statements)).not.toMatch(/s3:Delete/);
  });

  it('the parser and the dead-letter function fill the queues of the routes, and no others', () => {
    const arns = ['parsed-mail', 'parsed-mail-bounces', 'parsed-mail-vip'].map((name) => `${QUEUE}-${name}`);
    for (const role of ['ParserRole', 'DeadLetterRole']) {
      const statements = roleStatements(routed.stack('processing'), role);
      expect(statements).toContainEqual(allow('Publish', 'sqs:SendMessage', arns));
    }
    const parser = roleStatements(routed.stack('processing'), 'ParserRole');
    const publish = allow('Publish', 'sqs:SendMessage', `${QUEUE}-parsed-mail`);
    expect(parser.map((statement) => (Object(statement).Sid === 'Publish' ? publish : statement))).toEqual(PARSER);
  });

  it('only the publishing functions may put events on the configured bus', () => {
    const bus = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/mails';
    const tell = allow('TellBus', 'events:PutEvents', bus);
    const template = telling.stack('processing');
    const publish = PARSER.findIndex((statement) => Object(statement).Sid === 'Publish');
    expect(roleStatements(template, 'ParserRole')).toEqual(PARSER.toSpliced(publish + 1, 0, tell));
    expect(roleStatements(template, 'DeadLetterRole').at(-1)).toEqual(tell);
    expect(JSON.stringify(roleStatements(template, 'ReconcilerRole'))).not.toContain('events:');
    expect(JSON.stringify(plain.stack('processing').toJSON())).not.toContain('events:PutEvents');
  });

  it('the parser may use customer-managed keys and tracing', () => {
    expect(roleStatements(rich.stack('processing'), 'ParserRole')).toEqual([
      ...PARSER,
      allow(
        'UseKeys',
        ['kms:Decrypt', 'kms:GenerateDataKey'],
        [expect.stringMatching(/KeysQueues/), expect.stringMatching(/KeysStorage/)],
      ),
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
  });

  it('the dead-letter function writes failures and deletes its own', () => {
    expect(roleStatements(plain.stack('processing'), 'DeadLetterRole')).toEqual([
      writeLog('DeadLetter'),
      allow(
        'ReadDeadLetters',
        ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        ['enrich-dlq', 'enrich-results-dlq', 'raw-mail-dlq'].map((name) => `${QUEUE}-${name}`),
      ),
      allow('LookAtMails', ['s3:GetObject', 's3:GetObjectVersion'], `${RAW}/*`),
      allow('ReadOutcomes', 's3:GetObject', under('attempts', 'deliveries', 'enriching', 'failed', 'parsed')),
      allow(
        'WriteOutcomes',
        ['s3:AbortMultipartUpload', 's3:PutObject'],
        under('deliveries', 'enriching', 'failed', 'parsed'),
      ),
      allow('TakeFailuresBack', 's3:DeleteObject', under('enriching', 'failed')),
      allow('TellMissing', 's3:ListBucket', [CONTENT, RAW]),
      allow('Publish', 'sqs:SendMessage', `${QUEUE}-parsed-mail`),
      allow('GoBack', 'sqs:SendMessage', `${QUEUE}-raw-mail`),
    ]);
  });

  it('the enricher reads attachments, completes waiting mails, and may call Textract only', () => {
    expect(roleStatements(plain.stack('processing'), 'EnricherRole')).toEqual([
      writeLog('Enricher'),
      allow(
        'ReadWork',
        ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        [`${QUEUE}-enrich`, `${QUEUE}-enrich-results`],
      ),
      allow('RetryWork', 'sqs:ChangeMessageVisibility', [`${QUEUE}-enrich`, `${QUEUE}-enrich-results`]),
      allow(
        'ReadContent',
        's3:GetObject',
        under('attachments', 'attempts', 'budget', 'cache', 'deliveries', 'enriching', 'failed', 'parsed'),
      ),
      allow(
        'WriteContent',
        ['s3:AbortMultipartUpload', 's3:PutObject'],
        under('attempts', 'budget', 'cache', 'deliveries', 'enriching', 'parsed'),
      ),
      allow('EndWaiting', 's3:DeleteObject', `${CONTENT}/enriching/*`),
      allow('TellMissing', 's3:ListBucket', CONTENT),
      allow('Publish', 'sqs:SendMessage', `${QUEUE}-parsed-mail`),
      allow('AskLater', 'sqs:SendMessage', `${QUEUE}-enrich`),
      allow('GiveUp', 'sqs:SendMessage', `${QUEUE}-enrich-dlq`),
      allow(
        'ReadInvoices',
        ['textract:AnalyzeExpense', 'textract:GetExpenseAnalysis', 'textract:StartExpenseAnalysis'],
        '*',
      ),
      {
        ...allow('LetTextractSayDone', 'iam:PassRole', expect.stringMatching(/^<TextractRole\w+\.Arn>$/)),
        Condition: { StringEquals: { 'iam:PassedToService': 'textract.amazonaws.com' } },
      },
    ]);
    expect(roleStatements(plain.stack('processing'), 'TextractRole')).toEqual([
      allow('SayDone', 'sns:Publish', expect.stringMatching(/^<TextractNotices\w+>$/)),
    ]);
  });

  it('the enricher may call Comprehend only for configured steps', () => {
    const statements = roleStatements(judging.stack('processing'), 'EnricherRole');
    const actions = ['comprehend:DetectEntities', 'comprehend:DetectPiiEntities', 'comprehend:DetectSentiment'];
    expect(statements).toContainEqual(allow('JudgeTexts', actions, '*'));
    expect(JSON.stringify(statements)).not.toContain('textract:');
  });

  it('the reconciler reads metadata and sends events', () => {
    expect(roleStatements(plain.stack('processing'), 'ReconcilerRole')).toEqual([
      writeLog('Reconciler'),
      allow('ListMailsAndOutcomes', 's3:ListBucket', [CONTENT, RAW]),
      allow('LookAtOutcomes', 's3:GetObject', [`${CONTENT}/failed/*`, `${CONTENT}/parsed/*`]),
      allow('QueueAgain', 'sqs:SendMessage', `${QUEUE}-raw-mail`),
      allow('SeeBacklog', 'sqs:GetQueueAttributes', `${QUEUE}-raw-mail`),
    ]);
  });

  it('refer only to existing queues and buckets', () => {
    const storage = resourcesOf(plain.stack('storage'));
    const existing = Object.values(storage).flatMap(({ Properties = {} }) => [
      flat(Properties['QueueName']),
      flat(Properties['BucketName']),
    ]);
    const named = (['processing', 'ingress'] as const).flatMap((role) =>
      Object.values(resourcesOf(plain.stack(role)))
        .filter(({ Type }) => Type === 'AWS::IAM::Policy')
        .flatMap(({ Properties }) => [...JSON.stringify(flat(Properties)).matchAll(/:(mail-pipeline-[^"/]+)/g)])
        .map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !existing.includes(name))).toEqual([]);
  });

  it('the queues of routes match the configuration', () => {
    for (const name of ['vip', 'bounces']) {
      routed.stack('storage').hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `mail-pipeline-prod-parsed-mail-${name}`,
        VisibilityTimeout: 300,
        RedrivePolicy: { maxReceiveCount: name === 'vip' ? 5 : 9 },
      });
      routed
        .stack('storage')
        .hasResourceProperties('AWS::SQS::Queue', { QueueName: `mail-pipeline-prod-parsed-mail-${name}-dlq` });
    }
  });

  it('no role has a managed policy', () => {
    for (const synthesis of [plain, rich]) {
      for (const role of ['network', 'storage', 'processing', 'ingress'] as const) {
        for (const { Properties } of Object.values(synthesis.stack(role).findResources('AWS::IAM::Role'))) {
          expect(Properties.ManagedPolicyArns).toBeUndefined();
        }
      }
    }
  });
});
