import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { Postfix, relayingTo } from '../support/postfix.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { missingTools } from '../support/tools.ts';

const MAILS = 100;
/** Store requests between two kills of the edge. */
const REQUESTS_PER_KILL = 60;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const noPostfix = missingTools('postfix', 'sendmail') || (process.getuid?.() === 0 ? '' : ' (skipped: needs root)');

describe.skipIf(noPostfix)(`Postfix queueing to the edge${noPostfix}`, () => {
  let bundle: Awaited<ReturnType<typeof bundledEdge>>;
  let s3: LocalS3;
  let proxy: FaultProxy;
  let edge: EdgeChild;
  let postfix: Postfix;
  let faults = 0;
  let kills = 0;
  let restarted: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    bundle = await bundledEdge();
    s3 = await startLocalS3();
    const random = seededRandom(SEED);
    proxy = await startFaultProxy(s3.endpoint, () => {
      if (proxy.requests.length % REQUESTS_PER_KILL === 0) restarted = restarted.then(killEdge);
      const fault = faultAt(random());
      if (fault !== 'pass') faults++;
      return fault;
    });
    edge = await start(0);
    postfix = await Postfix.start(relayingTo(edge.smtpPort));
  });
  afterAll(async () => {
    await postfix?.stop();
    await restarted;
    await edge?.stop();
    await proxy?.stop();
    await s3?.stop();
    await bundle?.remove();
  });

  const start = (smtpPort: number) =>
    EdgeChild.start(bundle.file, proxy.endpoint, {
      domains: ['ours.test'],
      smtpPort,
      limits: { greetDelayMs: 0, storeDeadlineSeconds: 2 },
    });

  async function killEdge(): Promise<void> {
    await edge.stop();
    kills++;
    edge = await start(edge.smtpPort);
  }

  it('loses nothing while the store fails and the edge is killed', async () => {
    const tokens = Array.from({ length: MAILS }, (_, at) => `token-${SEED}-${at}`);
    for (const token of tokens) {
      await postfix.submit('a@client.test', 'info@ours.test', `Subject: ${token}\n\n${'body '.repeat(200)}\n`);
    }
    while ((await postfix.finished()) < MAILS) await delay(200);
    await restarted;
    const found = new Map<string, number>();
    for await (const { key } of s3.store.list('raw-mail')) {
      const object = await s3.store.get({ bucket: 'raw-mail', key });
      const token = /^Subject: (token-\d+-\d+)\r$/m.exec(object === null ? '' : await text(object.body))?.[1] ?? key;
      found.set(token, (found.get(token) ?? 0) + 1);
    }
    const again = [...found.values()].filter((times) => times > 1).length;
    console.log(`seed ${SEED}: ${MAILS} mails, ${faults} store faults, ${kills} kills; ${again} mails came again`);
    expect([...found.keys()].sort()).toEqual([...tokens].sort());
    expect(await postfix.log()).not.toMatch(/status=(bounced|expired)/);
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(faults).toBeGreaterThanOrEqual(50);
  });
});

/** Six of ten requests fail: the store's client retries, three attempts in total. */
function faultAt(random: number): Fault {
  if (random < 0.2) return 'reset';
  if (random < 0.35) return 'lose';
  if (random < 0.37) return 'hang';
  if (random < 0.5) return { status: 503, code: 'SlowDown' };
  if (random < 0.6) return { status: 500, code: 'InternalError' };
  return 'pass';
}
