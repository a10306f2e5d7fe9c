import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { AccessError, TransientError } from '../../core/mail/errors.ts';
import { deliveryKey, deliveryOfKey, failedKey, failureOfKey, parsedKey, rawKey } from '../../core/mail/keys.ts';
import { EVENT_BUS, readDeliveries } from '../../core/outcome/deliveries.ts';
import { keepDocument } from '../../core/outcome/documents.ts';
import { readFailures } from '../../core/outcome/failures.ts';
import { isOpen, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import { publish } from '../../core/outcome/publish.ts';
import { deliverOrFail } from '../../lambda/dead-letter/deliver-or-fail.ts';
import { MemoryStore, type Step } from '../support/memory-aws.ts';
import { parsedMail } from '../support/parsed-mail.ts';

const [RAW, CONTENT] = ['raw-mail', 'mail-content'];
const NAMES = ['a', 'b', null] as const;
const ID = '01KAK3M2Z0000000000000000A';
const MAIL = parsedMail({
  id: ID,
  document: { bucket: CONTENT, key: parsedKey(ID) },
  routes: NAMES.map((name) => ({ name, recipients: ['x@example.com'] })),
});
const EVER = { since: null, until: null };

class Killed extends Error {}

/** Queues and a bus that record what they accept, and fail where `fails` says so. */
class Harness {
  readonly store = new MemoryStore();
  readonly taken: string[] = [];
  fails = new Map<string, () => Error>();
  step: Step = async () => {};

  get deps() {
    const to = (name: string) => ({
      send: async () => {
        await this.step(`send ${name}`);
        const failure = this.fails.get(name);
        if (failure !== undefined) throw failure();
        this.taken.push(name);
        return { messageId: 'm' };
      },
    });
    return {
      store: new MemoryStore((name) => this.step(name), this.store.objects),
      queue: to('parsed-mail'),
      routeQueues: new Map(
        ['a', 'b'].map((name) => [name, { queue: to(`parsed-mail-${name}`), messageLimitBytes: 65_536 }]),
      ),
      bus: { put: async () => void (await to('event-bus').send()) },
      contentBucket: CONTENT,
      queueMessageLimitBytes: 65_536,
      oversize: 'omit' as const,
      log: jsonLog('test', () => {}),
      metrics: { add() {} },
      now: () => 0,
    };
  }

  count = (name: string): number => this.taken.filter((each) => each === name).length;
}

const GONE = () => new AccessError('sqs.QueueDoesNotExist', 'gone');
const AWAY = () => new TransientError('sqs.TimeoutError', 'away');

/** A dead letter that was received `receives` times. */
const letter = (receives: number) => ({ cause: { reason: 'x.away', lastError: null, receiveCount: 5 }, receives });

describe('a mail for several queues', () => {
  it.each([
    ['', false],
    [', also where its document cannot be read', true],
  ])(
    'counts as delivered only when every queue has it, wherever its first attempt is killed and its event lost%s',
    async (_where, damaged) => {
      for (let killAt = 0, lived = false; !lived; killAt += 1) {
        const harness = new Harness();
        await harness.store.put({ bucket: RAW, key: rawKey(MAIL.id) }, Buffer.from('raw'));
        let steps = 0;
        harness.step = async () => {
          if (steps++ >= killAt) throw new Killed();
        };
        try {
          await publish(harness.deps, await keepDocument(harness.deps.store, MAIL, new AbortController().signal));
          lived = true;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
        const queues = harness.taken.filter((name) => name !== EVENT_BUS);
        if (damaged && harness.store.has(MAIL.document))
          await harness.store.put(MAIL.document, Buffer.from('{"schema":'));
        for await (const found of mailOutcomes(harness.store, { raw: RAW, content: CONTENT }, EVER)) {
          expect(found.outcome === 'parsed' && found.deliveries.length === 0, `killed at ${killAt}`).toBe(false);
          if (lived || !isOpen(found)) expect(queues, `killed at ${killAt}`).toHaveLength(NAMES.length);
        }
      }
    },
  );

  it('is sent again only where it is missing, and fails only where it is refused for good', async () => {
    const harness = new Harness();
    harness.fails.set('parsed-mail-b', GONE);
    for (const created of [true, false, false]) {
      await expect(publish(harness.deps, { document: MAIL, created })).rejects.toThrow('gone');
    }
    expect(harness.taken.sort()).toEqual(['parsed-mail', 'parsed-mail-a']);
    expect(await deliverOrFail(harness.deps, { document: MAIL, created: false }, letter(1))).toBe('sent');
    expect(harness.taken.sort()).toEqual(['event-bus', 'parsed-mail', 'parsed-mail-a']);
    expect(await readFailures(harness.store, CONTENT, MAIL.id)).toMatchObject([
      { destination: 'parsed-mail-b', route: 'b', revision: 1, reason: 'sqs.QueueDoesNotExist' },
    ]);
    expect(await readDeliveries(harness.store, CONTENT, MAIL)).toEqual(
      expect.arrayContaining([
        { destination: 'parsed-mail', state: 'sent' },
        { destination: 'parsed-mail-a', state: 'sent' },
        { destination: 'parsed-mail-b', state: 'failed' },
      ]),
    );
    // A further attempt has nothing left to do.
    await publish(harness.deps, { document: MAIL, created: false });
    expect(harness.taken).toHaveLength(3);
  });

  it('has no failure at a queue that accepted the message while another attempt was refused there', async () => {
    const harness = new Harness();
    let refused = false;
    harness.step = async (name) => {
      if (name !== 'send parsed-mail-a' || refused) return;
      // The other attempt runs from start to end while the first one is sending.
      refused = true;
      harness.fails.set('parsed-mail-a', GONE);
      await deliverOrFail(harness.deps, { document: MAIL, created: false }, letter(1));
      harness.fails.clear();
    };
    await publish(harness.deps, { document: MAIL, created: false });
    expect(harness.store.has({ bucket: CONTENT, key: failedKey(ID, 1, 'parsed-mail-a') })).toBe(true);
    expect(harness.count('parsed-mail-a')).toBe(1);
    expect(await readFailures(harness.store, CONTENT, ID)).toEqual([]);
    expect(await readDeliveries(harness.store, CONTENT, MAIL)).toContainEqual({
      destination: 'parsed-mail-a',
      state: 'sent',
    });
  });

  it('waits as a dead letter for an unavailable queue, and fails there after hours', async () => {
    const harness = new Harness();
    harness.fails.set('parsed-mail-a', AWAY);
    const settle = (receives: number) =>
      deliverOrFail(harness.deps, { document: MAIL, created: false }, letter(receives));
    await expect(settle(2)).rejects.toThrow('away');
    expect(await readFailures(harness.store, CONTENT, MAIL.id)).toEqual([]);
    expect(await settle(100)).toBe('sent');
    expect(await readFailures(harness.store, CONTENT, MAIL.id)).toMatchObject([{ destination: 'parsed-mail-a' }]);
    expect(harness.count('parsed-mail')).toBe(1);
  });

  it('has a message or a failure at each queue, wherever attempts are killed', async () => {
    const kills = fc.uniqueArray(fc.nat(30), { maxLength: 8 });
    const broken = fc.constantFrom(null, 'parsed-mail', 'parsed-mail-a', 'event-bus');
    await fc.assert(
      fc.asyncProperty(kills, broken, async (killedAt, gone) => {
        const harness = new Harness();
        if (gone !== null) harness.fails.set(gone, GONE);
        let steps = 0;
        harness.step = async () => {
          if (killedAt.includes(steps++)) throw new Killed();
        };
        let created = true;
        for (let attempt = 0; attempt < 3; attempt += 1) {
          await publish(harness.deps, { document: MAIL, created }).catch(() => {});
          created = false;
        }
        for (;;) {
          try {
            await deliverOrFail(harness.deps, { document: MAIL, created }, letter(1));
            break;
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
        }
        const failures = await readFailures(harness.store, CONTENT, MAIL.id);
        for (const name of ['parsed-mail', 'parsed-mail-a', 'parsed-mail-b', 'event-bus']) {
          const failed = failures.some(({ destination }) => destination === name);
          expect({ name, has: harness.taken.includes(name), failed }).toEqual({ name, has: !failed, failed });
          if (name === gone) expect(failed).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes to the parsed-mail queue for a removed route, once for all such routes', async () => {
    const harness = new Harness();
    await publish({ ...harness.deps, routeQueues: new Map() }, { document: MAIL, created: true });
    expect(harness.taken).toEqual(['parsed-mail', 'event-bus']);
    await publish(harness.deps, { document: MAIL, created: false });
    expect(harness.taken).toEqual(['parsed-mail', 'event-bus', 'event-bus']);
  });
});

describe('keys of deliveries and failures', () => {
  it('are parsed as they were built', () => {
    const mail = { id: MAIL.id, revision: 2, of: 3 };
    expect(deliveryOfKey(deliveryKey(mail, 'parsed-mail-a', 'open'))).toEqual({
      ...mail,
      destination: 'parsed-mail-a',
      mark: 'open',
    });
    for (const [revision, destination] of [
      [1, null],
      [2, null],
      [1, 'parsed-mail'],
      [3, 'event-bus'],
    ] as const) {
      const key = failedKey(MAIL.id, revision, destination);
      expect(failureOfKey(key)).toEqual({ id: MAIL.id, revision, destination });
    }
    expect(failureOfKey('failed/nobody.json')).toBeNull();
    expect(deliveryOfKey(`deliveries/${MAIL.id}/x`)).toBeNull();
  });
});
