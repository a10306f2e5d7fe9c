import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, FRUGAL, OWN_KEYS_LOCKED } from '../support/rehearsal/configurations.ts';
import {
  escapesOf,
  failuresOf,
  type Rehearsal,
  refusedBy,
  rehearsalOf,
  withoutStatement,
} from '../support/rehearsal/rehearsed.ts';

/** The seed chooses which of the two runs. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const TURNS = [
  { name: 'customer-managed keys, and mails that no one can delete', config: OWN_KEYS_LOCKED },
  { name: 'the frugal profile', config: FRUGAL },
].filter((_, at) => at === SEED % 2);

describe.each([{ name: 'everything that can be on at once', config: EVERYTHING }, ...TURNS])(
  `$name, deployed in rehearsal (SEED=${SEED})`,
  ({ config }) => {
    let rehearsal: Rehearsal;
    beforeAll(async () => {
      rehearsal = await rehearsalOf(config);
    });
    afterAll(() => rehearsal?.stop());

    it('delivers every mail despite one fault each', () => {
      expect(failuresOf(rehearsal)).toEqual([]);
      expect(rehearsal.checks.length).toBeGreaterThan(20);
    });

    it('has every permission that its programs need', () => {
      expect(refusedBy(rehearsal.deployed)).toEqual([]);
      expect(rehearsal.deployed.faults()).toEqual([]);
      expect(rehearsal.deployed.guard.noted.length).toBeGreaterThan(200);
    });

    it('denies every forbidden request', () => {
      expect(escapesOf(rehearsal)).toEqual([]);
    });

    it('has no redundant statement: without any one of them some request would be decided differently', () => {
      expect(rehearsal.unneeded.map(({ label }) => label)).toEqual([]);
    });

    it('uses every output queue, every webhook and the event bus', () => {
      const { observations, queues, standIn, events } = rehearsal.deployed;
      const published = queues.filter(({ name }) => /-parsed-mail(-[a-z]+)?$/.test(name) && !name.endsWith('-dlq'));
      expect(published.filter(({ name }) => !observations.wasSentTo(name))).toEqual([]);
      expect(new Set(standIn.posted.map(({ path }) => path))).toEqual(new Set(standIn.webhooks));
      if (config.events !== undefined) expect(events.map(({ EventBusName }) => EventBusName)).toContain('mails');
    });
  },
);

describe('a deployment that lacks a statement', () => {
  it.each([
    {
      sid: 'ReadMails',
      stack: 'processing',
      refused: /prod-parser-\S+ s3:GetObjectVersion \S+: no statement allows it/,
    },
    { sid: 'S3Notifies', stack: 'storage', refused: /^s3\.amazonaws\.com sqs:SendMessage \S+raw-mail: no statement/ },
  ])('$sid fails the rehearsal, which names the denied request', async ({ sid, stack, refused }) => {
    const rehearsal = await rehearsalOf({}, (assembly) =>
      withoutStatement(assembly, `mail-pipeline-prod-${stack}`, sid),
    );
    try {
      expect(refusedBy(rehearsal.deployed)).toContainEqual(expect.stringMatching(refused));
      expect(failuresOf(rehearsal)).toContain('plain-text.eml');
    } finally {
      await rehearsal.stop();
    }
  });
});
