import type { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { ParsedMailQueue } from '../../lib/index.ts';
import { addMail, appStacks, templateOf } from '../support/pipeline-stack.ts';
import { flat, roleStatements } from '../support/synth.ts';

const appStack = appStacks();

const consumerIn = (stack: Stack) =>
  new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

const ROUTES = [
  { name: 'invoices', recipients: ['invoices'] },
  { name: 'orders', recipients: ['orders'], webhook: { url: 'https://shop.example.com/mail' } },
];

describe('grantConsume', () => {
  const consuming = (queue: string) => [
    {
      Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      Effect: 'Allow',
      Resource: expect.stringMatching(queue),
    },
    {
      Action: 's3:GetObject',
      Effect: 'Allow',
      Resource: [
        expect.stringMatching(/^<MailStorageContentBucket\w+\.Arn>\/attachments\/\*$/),
        expect.stringMatching(/^<MailStorageContentBucket\w+\.Arn>\/parsed\/\*$/),
      ],
    },
  ];

  it('grants exactly this: one queue, documents and attachments', () => {
    const stack = appStack();
    addMail(stack).parsedMail.grantConsume(consumerIn(stack));
    const statements = roleStatements(templateOf(stack), 'Consumer').map(inOrder);
    expect(statements).toEqual(consuming('^<MailStorageParsedMailQueue\\w+\\.Arn>$'));
  });

  it("grants decryption with the pipeline's own keys", () => {
    const stack = appStack();
    const mail = addMail(stack, { encryption: 'customer-managed', routes: ROUTES });
    mail.route('invoices').grantConsume(consumerIn(stack));
    const statements = roleStatements(templateOf(stack), 'Consumer').map(inOrder);
    expect(statements.slice(0, 2)).toEqual(consuming('^<MailStorageRouteinvoicesQueue\\w+\\.Arn>$'));
    expect(statements.slice(2)).toEqual(
      ['Queues', 'Storage'].map((key) => ({
        Action: 'kms:Decrypt',
        Effect: 'Allow',
        Resource: expect.stringMatching(`^<MailStorageKeys${key}\\w+\\.Arn>$`),
      })),
    );
  });

  it('refuses a queue that a webhook consumes', () => {
    const stack = appStack();
    const orders = addMail(stack, { routes: ROUTES }).route('orders');
    expect(() => orders.grantConsume(consumerIn(stack))).toThrow(/^Shop\/Mail route "orders" has a webhook/);
  });
});

/** Sorts the lists of a statement: a policy that is not minimised keeps their order. */
function inOrder(statement: unknown): unknown {
  const { Action, Resource, ...rest } = Object(statement);
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String).sort() : value);
  return { ...rest, Action: list(Action), Resource: list(Resource) };
}

describe('route', () => {
  it('has the queue and the dead-letter queue of the route', () => {
    const stack = appStack();
    const mail = addMail(stack, {
      stage: 'dev',
      routes: ROUTES,
      enrichment: { malware: { guardDuty: true, quarantine: true } },
    });
    const names = ({ queue, deadLetterQueue }: ParsedMailQueue) =>
      [queue, deadLetterQueue].map(({ queueArn }) => String(flat(stack.resolve(queueArn))));
    for (const name of ['invoices', 'orders']) {
      expect(names(mail.route(name))).toEqual([
        expect.stringMatching(`^<MailStorageRoute${name}Queue`),
        expect.stringMatching(`^<MailStorageRoute${name}DeadLetters`),
      ]);
    }
    expect(names(mail.route('quarantine'))[0]).toMatch(/^<MailStorageQuarantineQueue/);
  });

  it('refuses an unknown name, and lists the configured ones', () => {
    const mail = addMail(appStack(), { routes: ROUTES });
    expect(() => mail.route('invoice')).toThrow('Shop/Mail has no route "invoice": use one of invoices, orders');
    expect(() => addMail(appStack()).route('invoices')).toThrow('has no route "invoices": add it to routes');
  });
});
