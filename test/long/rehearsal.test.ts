import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, OWN_KEYS_LOCKED } from '../support/rehearsal/configurations.ts';
import { escapesOf, failuresOf, type Rehearsal, refusedBy, rehearsalOf } from '../support/rehearsal/rehearsed.ts';

describe.each([
  { name: 'everything that can be on at once', config: EVERYTHING },
  { name: 'keys of one’s own, and mails that nobody can delete', config: OWN_KEYS_LOCKED },
])('$name, deployed in rehearsal', ({ config }) => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearsalOf(config);
  });
  afterAll(() => rehearsal?.stop());

  it('brings every mail where it belongs, whatever goes wrong once', () => {
    expect(failuresOf(rehearsal)).toEqual([]);
    expect(rehearsal.checks.length).toBeGreaterThan(20);
  });

  it('has every permission that its programs need', () => {
    expect(refusedBy(rehearsal.deployed)).toEqual([]);
    expect(rehearsal.deployed.faults()).toEqual([]);
    expect(rehearsal.deployed.guard.noted.length).toBeGreaterThan(200);
  });

  it('refuses what no program may do', () => {
    expect(escapesOf(rehearsal)).toEqual([]);
  });

  it('has no statement that could go: without any of them a request would be answered otherwise', () => {
    expect(rehearsal.unneeded.map(({ label }) => label)).toEqual([]);
  });

  it('uses every queue that mails come out of, every webhook and the bus', () => {
    const { happenings, queues, standIn, events } = rehearsal.deployed;
    const published = queues.filter(({ name }) => /-parsed-mail(-[a-z]+)?$/.test(name) && !name.endsWith('-dlq'));
    expect(published.filter(({ name }) => !happenings.wasSentTo(name))).toEqual([]);
    expect(new Set(standIn.posted.map(({ path }) => path))).toEqual(new Set(standIn.webhooks));
    if (config.events !== undefined) expect(events.map(({ EventBusName }) => EventBusName)).toContain('mails');
  });
});
