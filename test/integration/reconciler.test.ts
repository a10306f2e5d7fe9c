import { expect, it } from 'vitest';
import { decodeS3Event } from '../../core/aws/s3-event.ts';
import { RECONCILER } from '../../core/config/functions.ts';
import { jsonLog } from '../../core/log/log.ts';
import { rawKey, sesKey } from '../../core/mail/keys.ts';
import { type ReconcileDeps, reconcile } from '../../lambda/reconciler/reconcile.ts';
import { FunctionHarness, RAW } from '../support/function-harness.ts';
import { BUCKETS, idAt, type ListedMail, listingsOf } from '../support/listings.ts';
import { startLocalS3 } from '../support/local-s3.ts';
import { quietLog } from '../support/quiet-log.ts';
import { sqsEvent } from '../support/sqs-event.ts';

const MB = 2 ** 20;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const PLAIN = 'Subject: plain\r\n\r\nplain\r\n';

it('the reconciler finds the mails whose event was lost, and the parser continues from there', async () => {
  const harness = await FunctionHarness.start();
  try {
    const [parser, reconciler] = await Promise.all([harness.parser(), harness.reconciler({ minAgeMinutes: 0 })]);
    const parsed = await harness.putMail(PLAIN);
    await parser.invoke(sqsEvent(parsed.object));
    await harness.receiveOne();
    const lost = await harness.putMail(PLAIN);
    const pass = await reconciler.invoke({});
    expect(pass).toMatchObject({ status: 'ok' });
    expect(JSON.parse('payload' in pass ? pass.payload : '')).toEqual({
      scanned: 2,
      missing: 1,
      requeued: 1,
      complete: true,
    });
    const [event] = await harness.rawMail.receive();
    await parser.invoke(sqsEvent(event?.body ?? ''));
    expect((await harness.receiveOne()).mail.id).toBe(lost.id);
    expect(harness.printed.join('')).toContain('"UnreconciledMails":1');
  } finally {
    await harness.stop();
  }
});

it('the reconciler finds a mail that Amazon SES stored without an event', async () => {
  const harness = await FunctionHarness.start();
  try {
    const [parser, reconciler] = await Promise.all([harness.parser(), harness.reconciler({ minAgeMinutes: 0 })]);
    for (const key of ['ses/told', 'ses/lost', 'elsewhere/lost.eml']) {
      await harness.s3.store.put({ bucket: RAW, key }, Buffer.from(PLAIN));
    }
    await parser.invoke(sqsEvent({ bucket: RAW, key: 'ses/told', versionId: null, revision: 1 }));
    await harness.receiveOne();
    await reconciler.invoke({});
    const events = await harness.rawMail.receive();
    await parser.invoke(sqsEvent(...events.map(({ body }) => body)));
    const keys = (await harness.receive(2)).map(({ mail }) => mail.raw.key);
    expect(keys.sort()).toEqual(['elsewhere/lost.eml', 'ses/lost']);
    const pass = await reconciler.invoke({});
    expect(JSON.parse('payload' in pass ? pass.payload : '')).toMatchObject({ scanned: 3, missing: 0, requeued: 0 });
  } finally {
    await harness.stop();
  }
});

it('the reconciler visits every mail of Amazon SES eventually when no pass has the time to list them all', async () => {
  const s3 = await startLocalS3();
  try {
    const lost = [...Array.from({ length: 64 }, (_, n) => `${sesKey(n / 64)}0`), rawKey(idAt(Date.now() - HOUR))];
    await Promise.all(lost.map((key) => s3.store.put({ bucket: RAW, key }, Buffer.from(PLAIN))));
    const clock = { now: Date.now() + HOUR };
    // Pages of four keys, 100 ms each.
    s3.client.middlewareStack.add(
      (next) => (request) => {
        if (!('Prefix' in request.input)) return next(request);
        clock.now += 100;
        return next({ ...request, input: { ...request.input, MaxKeys: 4 } });
      },
      { step: 'initialize' },
    );
    const found = new Set<string>();
    const deps: Omit<ReconcileDeps, 'random'> = {
      store: s3.store,
      events: {
        sendAll: async (messages) => {
          for (const { body } of messages) {
            for (const { key } of decodeS3Event(JSON.parse(body))?.created ?? []) found.add(key);
          }
          return [];
        },
        depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
      },
      log: quietLog(),
      now: () => clock.now,
      pause: async () => {},
    };
    const options = { ...RECONCILER, recentHours: null, buckets: BUCKETS };
    for (const place of [0.9, 0.1, 0.35, 0.6, 0.8]) {
      const deadline = clock.now + 2_000;
      const { requeued, complete } = await reconcile({ ...deps, random: () => place }, { ...options, deadline });
      // Listing may take half of the time; the rest is for checking the mails of the edge.
      expect({ complete, someOfSes: requeued > 10, some: requeued < 40 }).toEqual({
        complete: false,
        someOfSes: true,
        some: true,
      });
      expect(found).toContain(lost.at(-1));
      expect(clock.now).toBeLessThanOrEqual(deadline);
    }
    expect([...found].sort()).toEqual(lost.sort());
  } finally {
    await s3.stop();
  }
});

/** A million with `npm run test:long`; a multiple of 100,000. */
const LISTED = Number(process.env['RECONCILED_MAILS'] ?? 100_000);

it(`the reconciler passes over ${LISTED} mails in bounded memory`, { timeout: 300_000 }, async () => {
  const count = LISTED;
  const now = Date.now();
  const before = process.memoryUsage().heapUsed;
  let peak = 0;
  function* mails(): Generator<ListedMail> {
    for (let n = 0; n < count; n += 1) {
      const stored = now - 10 * DAY + n * 500;
      yield { id: idAt(stored), stored, outcome: n % 100_000 === 7 ? null : n % 10 === 0 ? 'failed' : 'parsed' };
      if (n % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before);
    }
  }
  const sent: string[] = [];
  const deps = {
    store: listingsOf(mails),
    events: {
      sendAll: async (messages: readonly { body: string }[]) => {
        sent.push(...messages.map(({ body }) => body));
        return [];
      },
      depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
    },
    log: jsonLog('test', () => {}),
    now: () => now,
    random: () => 0,
    pause: async () => {},
  };
  const options = {
    buckets: BUCKETS,
    minAgeMinutes: 15,
    maxAgeHours: 336,
    recentHours: null,
    maxRequeued: 5_000,
    requeuedPerSecond: 50,
  };
  const started = performance.now();
  const result = await reconcile(deps, { ...options, deadline: Number.POSITIVE_INFINITY });
  console.log(`${count} mails: ${Math.round(performance.now() - started)} ms, heap ${Math.round(peak / MB)} MB more`);
  expect(result).toEqual({ scanned: count, missing: count / 100_000, requeued: count / 100_000, complete: true });
  expect(sent[0]).toContain(rawKey(idAt(now - 10 * DAY + 7 * 500)));
  expect(peak).toBeLessThan(150 * MB);
});
