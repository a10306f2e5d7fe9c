import { describe, expect, it } from 'vitest';
import { decodeS3Event } from '../../core/aws/s3-event.ts';
import { jsonLog } from '../../core/log/log.ts';
import { rawKey } from '../../core/mail/keys.ts';
import type { OutgoingMessage } from '../../core/ports/queue.ts';
import { type ReconcileDeps, type ReconcileOptions, reconcile } from '../../lambda/reconciler/reconcile.ts';
import { BUCKETS, idAt, type ListedMail, listingsOf } from '../support/listings.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const mailAt = (minted: number, outcome: ListedMail['outcome'] = null, stored = minted): ListedMail => ({
  id: idAt(minted),
  stored,
  outcome,
});

class Events {
  readonly sent: OutgoingMessage[] = [];
  waiting = 0;

  async sendAll(messages: readonly OutgoingMessage[]): Promise<{ message: OutgoingMessage; reason: string }[]> {
    this.sent.push(...messages);
    return [];
  }

  async depth() {
    return { visible: this.waiting, inFlight: 0, delayed: 0 };
  }

  get keys(): string[] {
    return this.sent.flatMap(({ body }) => decodeS3Event(JSON.parse(body))?.created ?? []).map(({ key }) => key);
  }
}

function reconciling(
  mails: () => Iterable<ListedMail>,
  changes: Partial<ReconcileOptions> = {},
  events = new Events(),
  store: ReconcileDeps['store'] = listingsOf(mails),
  clock = { now: NOW },
) {
  const pauses: number[] = [];
  const deps = {
    store,
    events,
    log: jsonLog('test', () => {}),
    now: () => clock.now,
    random: () => 0.5,
    pause: async (ms: number) => {
      pauses.push(ms);
      clock.now += ms;
    },
  };
  const result = reconcile(deps, {
    buckets: BUCKETS,
    minAgeMinutes: 15,
    maxAgeHours: 14 * 24,
    recentHours: null,
    maxRequeued: 5_000,
    requeuedPerSecond: 50,
    deadline: Number.POSITIVE_INFINITY,
    ...changes,
  });
  return { events, pauses, result };
}

describe('the reconciler', () => {
  it('sends an event for each mail without an outcome, and for no other', async () => {
    const lost = mailAt(NOW - 2 * HOUR);
    const mails = [
      mailAt(NOW - 15 * DAY),
      mailAt(NOW - 3 * DAY, 'parsed'),
      lost,
      mailAt(NOW - HOUR, 'failed'),
      mailAt(NOW - 5 * MINUTE),
    ];
    const { events, result } = reconciling(() => mails);
    expect(await result).toEqual({ scanned: 5, missing: 1, requeued: 1, complete: true });
    expect(events.keys).toEqual([rawKey(lost.id)]);
  });

  it.each([
    ['behind', -DAY],
    ['ahead', DAY],
  ])('goes by the clock of the store when that of the edge is a day %s', async (_how, off) => {
    const lost = mailAt(NOW - 20 * MINUTE + off, null, NOW - 20 * MINUTE);
    const oldest = mailAt(NOW - 14 * DAY + HOUR + off, null, NOW - 14 * DAY + HOUR);
    const young = mailAt(NOW - 10 * MINUTE + off, null, NOW - 10 * MINUTE);
    const mails = [oldest, lost, young];
    const { events, result } = reconciling(() => mails);
    expect(await result).toMatchObject({ missing: 2 });
    expect(events.keys).toEqual([rawKey(oldest.id), rawKey(lost.id)]);
  });

  it.each([
    ['behind', -DAY],
    ['on time', 0],
    ['ahead', DAY],
  ])(
    'finds in a recent pass what was lost within the last hour by an edge whose clock is a day %s',
    async (_how, off) => {
      const lost = mailAt(NOW - HOUR + off, null, NOW - HOUR);
      const { events, result } = reconciling(() => [lost], { recentHours: 26 });
      expect(await result).toMatchObject({ missing: 1, complete: true });
      expect(events.keys).toEqual([rawKey(lost.id)]);
    },
  );

  it('leaves older mails to a full pass', async () => {
    const mails = [mailAt(NOW - 13 * DAY), mailAt(NOW - 27 * HOUR), mailAt(NOW - 25 * HOUR)];
    expect(await reconciling(() => mails, { recentHours: 26 }).result).toMatchObject({ scanned: 1, missing: 1 });
    expect(await reconciling(() => mails).result).toMatchObject({ scanned: 3, missing: 3 });
  });

  it('keeps to its rate', async () => {
    const mails = Array.from({ length: 120 }, (_, n) => mailAt(NOW - DAY + n));
    const { pauses, result } = reconciling(() => mails);
    expect(await result).toMatchObject({ requeued: 120, complete: true });
    expect(pauses).toEqual([1_000, 1_000]);
  });

  it('counts the backlog of the queue against its limit', async () => {
    const mails = Array.from({ length: 120 }, (_, n) => mailAt(NOW - DAY + n));
    const events = new Events();
    events.waiting = 30;
    const { result } = reconciling(() => mails, { maxRequeued: 100 }, events);
    expect(await result).toMatchObject({ requeued: 70, complete: false });
    events.waiting = 100;
    expect(await reconciling(() => mails, { maxRequeued: 100 }, events).result).toMatchObject({ requeued: 0 });
  });

  it('stops when its time is up', async () => {
    const mails = Array.from({ length: 120 }, (_, n) => mailAt(NOW - DAY + n));
    const { result } = reconciling(() => mails, { deadline: NOW + 1_500, requeuedPerSecond: 10 });
    expect(await result).toMatchObject({ requeued: 20, complete: false });
  });

  it('stops within a long listing too, and sends what it found', async () => {
    const expired = Array.from({ length: 5_000 }, (_, n) => mailAt(NOW - 2 * DAY + n, 'parsed'));
    const gone = new Set(expired.map(({ id }) => rawKey(id)));
    const mails = [mailAt(NOW - 3 * DAY), ...expired, mailAt(NOW - DAY, 'parsed')];
    const clock = { now: NOW };
    const { list, head, get } = listingsOf(() => mails);
    const store: ReconcileDeps['store'] = {
      head,
      get,
      async *list(...listing) {
        for await (const object of list(...listing)) {
          if (gone.has(object.key)) continue;
          clock.now += 1;
          yield object;
        }
      },
    };
    const { result } = reconciling(() => mails, { deadline: NOW + 1_000 }, new Events(), store, clock);
    expect(await result).toEqual({ scanned: 1, missing: 1, requeued: 1, complete: false });
    expect(clock.now).toBeLessThan(NOW + 1_100);
  });

  it('fails when the queue refuses everything', async () => {
    const events = new Events();
    events.sendAll = async (messages) => messages.map((message) => ({ message, reason: 'no' }));
    await expect(reconciling(() => [mailAt(NOW - DAY)], {}, events).result).rejects.toMatchObject({
      code: 'reconciler.refused',
      kind: 'transient',
    });
  });
});
