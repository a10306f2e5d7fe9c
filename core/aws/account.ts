import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeActiveReceiptRuleSetCommand, SESClient } from '@aws-sdk/client-ses';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Access, Account, Subscription } from '../ports/account.ts';
import { classified } from './aws-error.ts';
import { type ClientOptions, clientConfig } from './client-config.ts';
import { required } from './required.ts';

/** Milliseconds from request to response headers. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Maximum pages of subscriptions, 100 each (SNS quota). */
const MOST_PAGES = 10;
/** What SNS reports instead of an ARN until the subscription is confirmed. */
const UNCONFIRMED = 'PendingConfirmation';

interface Location {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** The account of the environment's credentials. */
export function awsAccount(location: Location = {}): Account {
  const options = (region?: string) =>
    clientConfig<ClientOptions<Location>>(
      { ...location, ...(region === undefined ? {} : { region }) },
      REQUEST_TIMEOUT_MS,
    );
  const lambda = new LambdaClient(options());
  return {
    region: () => lambda.config.region(),
    async stack(name, region) {
      const client = new CloudFormationClient(options(region));
      try {
        const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
        if (found === undefined) return null;
        const outputs = (found.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
        return {
          status: required('cloudformation', 'DescribeStacks', 'StackStatus', found.StackStatus),
          outputs: Object.fromEntries(outputs),
        };
      } catch (error) {
        // CloudFormation has no error code of its own for this.
        if (error instanceof Error && /does not exist/.test(error.message)) return null;
        return classified('cloudformation', `DescribeStacks ${name}`, () => Promise.reject(error));
      }
    },
    subscriptions: (topicArn) => subscriptions(new SNSClient(options()), topicArn),
    async concurrency() {
      const { AccountLimit: limit } = await classified('lambda', 'GetAccountSettings', () =>
        lambda.send(new GetAccountSettingsCommand({})),
      );
      return required('lambda', 'GetAccountSettings', 'ConcurrentExecutions', limit?.ConcurrentExecutions);
    },
    async activeReceiptRules() {
      const client = new SESClient(options());
      const { Metadata: set, Rules: rules = [] } = await classified('ses', 'DescribeActiveReceiptRuleSet', () =>
        client.send(new DescribeActiveReceiptRuleSetCommand({})),
      );
      if (set?.Name === undefined) return null;
      const enabled = rules.filter(({ Enabled }) => Enabled === true);
      return { name: set.Name, enabled: enabled.map(({ Name = '' }) => Name) };
    },
    denied: (principalArn, wanted) => denied(new IAMClient(options()), principalArn, wanted),
  };
}

async function subscriptions(client: SNSClient, topicArn: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const request = new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken });
    const answer = await classified('sns', `ListSubscriptionsByTopic ${topicArn}`, () => client.send(request));
    for (const { Protocol = '', Endpoint = '', SubscriptionArn } of answer.Subscriptions ?? [])
      found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn !== UNCONFIRMED });
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return found;
}

async function denied(client: IAMClient, principalArn: string, wanted: readonly Access[]): Promise<Access[]> {
  const refused: Access[] = [];
  for (const resource of new Set(wanted.map((access) => access.resource))) {
    const actions = wanted.filter((access) => access.resource === resource).map(({ action }) => action);
    const request = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principalArn,
      ActionNames: actions,
      ResourceArns: [resource],
    });
    const { EvaluationResults: results = [] } = await classified('iam', `SimulatePrincipalPolicy ${principalArn}`, () =>
      client.send(request),
    );
    const allowed = new Set(
      results.filter((each) => each.EvalDecision === 'allowed').map((each) => each.EvalActionName),
    );
    refused.push(...actions.filter((action) => !allowed.has(action)).map((action) => ({ action, resource })));
  }
  return refused;
}
