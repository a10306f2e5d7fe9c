import { EventBus } from 'aws-cdk-lib/aws-events';
import { describe, expect, it } from 'vitest';
import type { MailPipelineProps } from '../../lib/index.ts';
import { addMail, appStacks, templateOf } from '../support/pipeline-stack.ts';
import { type Changes, changesOf, type Stacks } from '../support/template-changes.ts';

const appStack = appStacks();

/** A pipeline in the stack of an app, as passed to CloudFormation. */
function pipeline(props: Partial<MailPipelineProps> = {}, withBus = false): Stacks {
  const stack = appStack({ env: { region: 'eu-west-1', account: '123456789012' } });
  addMail(stack, withBus ? { ...props, eventBus: EventBus.fromEventBusName(stack, 'Bus', 'default') } : props);
  const template: Record<string, unknown> = templateOf(stack).toJSON();
  return { stackNames: [stack.stackName], templateOf: () => template };
}

const ORDERS = { name: 'orders', recipients: ['orders'] };
const HOST = { hostname: 'mx.example.com' };
const SCANNED = { malware: { guardDuty: true, quarantine: true } };
const STAYS: Changes = { lost: [], refused: [] };

type Case = [change: string, before: Partial<MailPipelineProps>, after: Partial<MailPipelineProps>, expected: Changes];

const CASES: readonly Case[] = [
  ['a route added', {}, { routes: [ORDERS] }, STAYS],
  [
    'a route removed',
    { routes: [ORDERS] },
    {},
    {
      lost: [
        'Shop: Queue MailStorageRouteordersDeadLetters deleted',
        'Shop: Queue MailStorageRouteordersQueue deleted',
      ],
      refused: [],
    },
  ],
  ['a webhook added', {}, { webhook: { url: 'https://app.example.com/' } }, STAYS],
  ['keys of its own', {}, { encryption: 'customer-managed' }, STAYS],
  [
    'keys of its own given back',
    { encryption: 'customer-managed' },
    {},
    {
      lost: ['Shop: Key MailStorageKeysQueues deleted', 'Shop: Key MailStorageKeysStorage kept, outside the stack'],
      refused: [],
    },
  ],
  ['SES beside the edge', {}, { ingress: 'both' }, STAYS],
  ['the runtime', {}, { runtime: 'nodejs24.x' }, STAYS],
  [
    'how long things are kept',
    {},
    { queue: { retentionSeconds: 600_000 }, storage: { rawExpireAfterDays: 400 } },
    STAYS,
  ],
  ['scanning for malware', {}, { enrichment: SCANNED }, STAYS],
  ['the host name', {}, { fargate: HOST }, STAYS],
  ['a certificate', { fargate: HOST }, { fargate: HOST, tls: { acm: true } }, STAYS],
  ['a domain added', { ingress: 'both' }, { ingress: 'both', domains: ['example.com', 'example.net'] }, STAYS],
  ['sizes', {}, { parser: { memoryMb: 2048 }, fargate: { cpu: 1024, memoryMb: 2048, maxTasks: 40 } }, STAYS],
  [
    'a lock',
    {},
    { storage: { objectLockDays: 30 } },
    {
      lost: ['Shop: Bucket MailStorageRawBucket replaced'],
      refused: ['Shop: Bucket MailStorageRawBucket: has a name of its own and would be replaced'],
    },
  ],
];

describe('a change of the props of MailPipeline', () => {
  it.each(CASES)('replaces and deletes only the expected resources: %s', (_, before, after, expected) => {
    expect(changesOf(pipeline(before), pipeline(after))).toEqual(expected);
  });

  it('replaces and deletes nothing when it gets a bus', () => {
    expect(changesOf(pipeline(), pipeline({}, true))).toEqual(STAYS);
  });
});
