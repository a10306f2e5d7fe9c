import { describe, expect, it } from 'vitest';
import type { StackRole } from '../../core/settings/stage-names.ts';
import { resourcesOf, synthesised } from '../support/synth.ts';

const deployment = synthesised({
  encryption: 'customer-managed',
  routes: [{ name: 'orders', recipients: ['orders'] }],
});

/**
 * Logical ids of existing deployments, as of version 0.1.0. An update that changes one makes CloudFormation create a
 * new resource and delete the old one, mails included, or fail because the name is taken.
 */
const STATEFUL: readonly [StackRole, readonly string[]][] = [
  [
    'storage',
    [
      'AccessLogs8B620ECA',
      'ContentBucketDD05A3B9',
      'EnrichDeadLetters8DF331C1',
      'EnrichQueue86442D31',
      'EnrichResultsDeadLetters1A6D8105',
      'EnrichResultsQueue51E0D548',
      'KeysQueues212F02B9',
      'KeysStorage70A6EB44',
      'ParsedMailDeadLetters7F74FE59',
      'ParsedMailQueue3F3F375D',
      'RawBucket672A0DBB',
      'RawMailDeadLetters2A813D20',
      'RawMailQueue4AC2FA86',
    ],
  ],
  ['network', ['Vpc8378EB38']],
  ['ingress', ['EdgeBalancerLoadBalancerF51ADE2E']],
  ['processing', ['TextractNoticesD282A67C']],
  ['observability', ['AlarmsTopic3A2DFEBA']],
];

describe('a deployment that is updated', () => {
  it.each(STATEFUL)('keeps the resources that hold mail and addresses in the stack %s', (role, ids) => {
    expect(Object.keys(resourcesOf(deployment.stack(role)))).toEqual(expect.arrayContaining([...ids]));
  });
});
