import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { awsAccount } from '../../core/aws/account.ts';
import type { Account, StackState, Subscription } from '../../core/ports/account.ts';

/** What the account answers. A test may change it at any time. */
export interface AccountState {
  stacks: Record<string, StackState>;
  subscriptions: Subscription[];
  concurrency: number;
  /** Null: no rule set is active. */
  receiptRules: { name: string; rules: { name: string; enabled: boolean }[] } | null;
  /** Actions that IAM's simulator denies. */
  denied: string[];
  /** Roles that exist. */
  principals: string[];
  /** Operations the caller has no permission for, such as `DescribeStacks`. */
  forbidden: string[];
}

export interface FakeAccount {
  state: AccountState;
  /** The client that the product uses. */
  account: Account;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: string;
}

/**
 * Serves the requests of `core/aws/account.ts` on loopback in the AWS protocols, so the real SDK clients run against
 * it.
 */
export async function startFakeAccount(state: AccountState): Promise<FakeAccount> {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const { status, body } = answer(state, form.get('Action') ?? 'GetAccountSettings', form);
    response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    state,
    account: awsAccount({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(state: AccountState, action: string, form: URLSearchParams): Answer {
  if (state.forbidden.includes(action)) {
    const message = `User is not authorized to perform ${action}`;
    if (action !== 'GetAccountSettings') return refusal(403, 'AccessDenied', message);
    return { status: 403, body: JSON.stringify({ __type: 'AccessDeniedException', Message: message }) };
  }
  switch (action) {
    case 'DescribeStacks':
      return describeStacks(state, form.get('StackName') ?? '');
    case 'ListSubscriptionsByTopic':
      return result(
        action,
        'http://sns.amazonaws.com/doc/2010-03-31/',
        `<Subscriptions>${state.subscriptions.map(subscription).join('')}</Subscriptions>`,
      );
    case 'GetAccountSettings':
      return { status: 200, body: JSON.stringify({ AccountLimit: { ConcurrentExecutions: state.concurrency } }) };
    case 'DescribeActiveReceiptRuleSet':
      return result(action, 'http://ses.amazonaws.com/doc/2010-12-01/', receiptRules(state));
    case 'SimulatePrincipalPolicy':
      return simulate(state, form);
    default:
      return refusal(400, 'InvalidAction', action);
  }
}

function describeStacks({ stacks }: AccountState, name: string): Answer {
  const stack = stacks[name];
  if (stack === undefined) return refusal(400, 'ValidationError', `Stack with id ${name} does not exist`);
  const outputs = Object.entries(stack.outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return result(
    'DescribeStacks',
    'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    `<Stacks><member><StackName>${name}</StackName><StackStatus>${stack.status}</StackStatus>` +
      `<CreationTime>2026-11-01T00:00:00Z</CreationTime><Outputs>${outputs.join('')}</Outputs></member></Stacks>`,
  );
}

const subscription = ({ protocol, endpoint, confirmed }: Subscription): string =>
  `<member><SubscriptionArn>${confirmed ? 'arn:aws:sns:eu-west-1:123456789012:t:1' : 'PendingConfirmation'}</SubscriptionArn>` +
  `<Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint></member>`;

function receiptRules({ receiptRules: active }: AccountState): string {
  if (active === null) return '';
  const rules = active.rules.map(
    ({ name, enabled }) => `<member><Name>${name}</Name><Enabled>${enabled}</Enabled></member>`,
  );
  return `<Metadata><Name>${active.name}</Name></Metadata><Rules>${rules.join('')}</Rules>`;
}

function simulate({ denied, principals }: AccountState, form: URLSearchParams): Answer {
  if (!principals.includes(form.get('PolicySourceArn') ?? '')) return refusal(404, 'NoSuchEntity', 'no such role');
  const actions = [...form].filter(([name]) => name.startsWith('ActionNames.')).map(([, action]) => action);
  const members = actions.map(
    (action) =>
      `<member><EvalActionName>${action}</EvalActionName>` +
      `<EvalDecision>${denied.includes(action) ? 'implicitDeny' : 'allowed'}</EvalDecision></member>`,
  );
  return result(
    'SimulatePrincipalPolicy',
    'https://iam.amazonaws.com/doc/2010-05-08/',
    `<EvaluationResults>${members.join('')}</EvaluationResults>`,
  );
}

const result = (action: string, namespace: string, content: string): Answer => ({
  status: 200,
  body: `<${action}Response xmlns="${namespace}"><${action}Result>${content}</${action}Result></${action}Response>`,
});

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
