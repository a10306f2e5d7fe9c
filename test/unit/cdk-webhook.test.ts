import { describe, expect, it } from 'vitest';
import { allow, CONTENT, QUEUE, RAW, writeLog } from '../support/statements.ts';
import { flat, resourcesOf, roleStatements, synthesised } from '../support/synth.ts';

const plain = synthesised();
const posting = synthesised({
  routes: [
    { name: 'vip', recipients: ['vip'], webhook: { url: 'https://vip.example.com/' } },
    { name: 'list', kinds: ['list'] },
  ],
  webhook: {
    url: 'https://app.example.com/',
    format: 'postmark',
    secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf',
  },
});

describe('the webhook function', () => {
  it('consumes its queues, reads what it posts, and reads its signing key', () => {
    const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';
    const own = [`${QUEUE}-parsed-mail`, `${QUEUE}-parsed-mail-vip`];
    expect(roleStatements(posting.stack('processing'), 'WebhookRole')).toEqual([
      writeLog('Webhook'),
      allow('ReadMails', ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], own),
      allow(
        'ReadContent',
        's3:GetObject',
        ['attachments', 'attempts', 'parsed'].map((prefix) => `${CONTENT}/${prefix}/*`),
      ),
      allow('CountAttempts', ['s3:AbortMultipartUpload', 's3:PutObject'], `${CONTENT}/attempts/*`),
      allow('TellMissing', 's3:ListBucket', [CONTENT, RAW]),
      allow('RetryMails', 'sqs:ChangeMessageVisibility', own),
      allow('GiveUp', 'sqs:SendMessage', [`${QUEUE}-parsed-mail-dlq`, `${QUEUE}-parsed-mail-vip-dlq`]),
      allow('ReadSigningKeys', 'secretsmanager:GetSecretValue', SECRET),
    ]);
  });

  it('counts attempts itself, on queues that never move a message on their own', () => {
    for (const QueueName of ['mail-pipeline-prod-parsed-mail', 'mail-pipeline-prod-parsed-mail-vip']) {
      const RedrivePolicy = { maxReceiveCount: 1_000 };
      posting.stack('storage').hasResourceProperties('AWS::SQS::Queue', { QueueName, RedrivePolicy });
    }
  });

  it('is triggered by its queues by name', () => {
    const template = posting.stack('processing');
    const sources = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).flatMap(
      ({ Properties }) => {
        const isWebhook = String(flat(Properties.FunctionName)).startsWith('<WebhookFunction');
        return isWebhook ? [flat(Properties.EventSourceArn)] : [];
      },
    );
    expect(sources.sort()).toEqual([`${QUEUE}-parsed-mail`, `${QUEUE}-parsed-mail-vip`]);
  });

  it('does not exist without a webhook', () => {
    const functions = Object.values(resourcesOf(plain.stack('processing'))).map(({ Properties }) =>
      flat(Properties?.['FunctionName']),
    );
    expect(functions).not.toContain('mail-pipeline-prod-webhook');
    expect(functions).toContain('mail-pipeline-prod-parser');
  });
});
