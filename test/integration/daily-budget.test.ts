import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { DailyBudget } from '../../core/enrich/budget.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { readJson } from '../../core/outcome/json.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { type LocalS3, localS3Client, startLocalS3 } from '../support/local-s3.ts';

const CONTENT = 'mail-content';
const HOUR = 3_600_000;

describe('the daily budget', () => {
  let local: LocalS3;
  let day = Date.UTC(2026, 10, 1, 12);
  beforeAll(async () => {
    local = await startLocalS3();
  });
  afterAll(() => local?.stop());

  /** Another process with the same budget; `nextDay` for a record of its own. */
  function open(limitUsd: number, store: Pick<ObjectStore, 'get' | 'put'> = local.store, now = () => day) {
    const counted: [string, number][] = [];
    const metrics = { add: (name: string, value: number) => void counted.push([name, value]) };
    return { budget: new DailyBudget({ store, contentBucket: CONTENT, metrics, now }, limitUsd), counted };
  }
  const nextDay = () => {
    day += 24 * HOUR;
  };
  const record = async (): Promise<unknown> => {
    const key = `budget/${new Date(day).toISOString().slice(0, 10)}.json`;
    const stored = await local.store.get({ bucket: CONTENT, key });
    return stored && readJson(stored.body);
  };

  it('is spent step by step, to the last cent and not beyond', async () => {
    nextDay();
    const { budget, counted } = open(0.04);
    expect(await budget.reserve(0.01, 'ocr')).toBe(true);
    expect(await budget.reserve(0.0003, 'sentiment')).toBe(true);
    expect(await budget.reserve(0.03, 'ocr')).toBe(false);
    // A refusal of much is none of little.
    expect(await budget.reserve(0.0297, 'ocr')).toBe(true);
    expect(await budget.reserve(0.000001, 'pii')).toBe(false);
    expect(await budget.reserve(0, 'model')).toBe(true);
    expect(await record()).toMatchObject({ usd: { ocr: 0.0397, sentiment: 0.0003 } });
    expect(counted).toEqual([
      ['ocrCost', 0.01],
      ['sentimentCost', 0.0003],
      ['budgetRefusals', 1],
      ['ocrCost', 0.0297],
      ['budgetRefusals', 1],
    ]);
  });

  it('is one for all who spend, however many at a time', async () => {
    nextDay();
    const processes = Array.from({ length: 8 }, () => open(0.05));
    // As the queue does with its message: on a busy machine a writer can meet others every time.
    const reserved = (budget: DailyBudget): Promise<boolean> =>
      budget.reserve(0.001, 'pii').catch((error) => {
        if (error.code !== 'budget.contended') throw error;
        return reserved(budget);
      });
    const answers = await Promise.all(
      processes.flatMap(({ budget }) => Array.from({ length: 10 }, () => reserved(budget))),
    );
    expect(answers.filter((answer) => answer)).toHaveLength(50);
    expect(await record()).toMatchObject({ usd: { pii: 0.05 } });
  });

  it('is a new one at midnight UTC', async () => {
    nextDay();
    let time = Date.parse('2026-12-31T23:59:59.999Z');
    const { budget } = open(0.01, local.store, () => time);
    expect(await budget.reserve(0.01, 'ocr')).toBe(true);
    expect(await budget.reserve(0.01, 'ocr')).toBe(false);
    time += 1;
    expect(await budget.reserve(0.01, 'ocr')).toBe(true);
  });

  it('of nothing allows what costs nothing, and asks the store no more than once', async () => {
    nextDay();
    let reads = 0;
    const store: Pick<ObjectStore, 'get' | 'put'> = {
      get: (...from) => {
        reads += 1;
        return local.store.get(...from);
      },
      put: (...what) => local.store.put(...what),
    };
    const { budget } = open(0, store);
    expect(await budget.reserve(0, 'model')).toBe(true);
    expect(await budget.reserve(0.0001, 'pii')).toBe(false);
    expect(await budget.reserve(0.0002, 'pii')).toBe(false);
    expect(reads).toBe(1);
    expect(await record()).toBeNull();
  });

  it('counts once what was stored though the answer got lost', async () => {
    nextDay();
    const faults: Fault[] = [];
    const proxy = await startFaultProxy(local.endpoint, (line) =>
      line.startsWith('PUT ') ? (faults.shift() ?? 'pass') : 'pass',
    );
    const client = localS3Client(proxy.endpoint);
    const { budget } = open(1, s3ObjectStore(client));
    for (const fault of ['lose', 'pass', 'lose', 'reset'] as const) {
      faults.push(fault);
      expect(await budget.reserve(0.01, 'ocr')).toBe(true);
    }
    expect(await record()).toMatchObject({ usd: { ocr: 0.04 } });
    client.destroy();
    await proxy.stop();
  });

  it('is a matter of trying again when the store fails, and spends nothing', async () => {
    nextDay();
    const proxy = await startFaultProxy(local.endpoint, () => ({ status: 503, code: 'SlowDown' }));
    const client = localS3Client(proxy.endpoint, { maxAttempts: 1 });
    const { budget, counted } = open(1, s3ObjectStore(client));
    await expect(budget.reserve(0.01, 'ocr')).rejects.toBeInstanceOf(TransientError);
    expect(counted).toEqual([]);
    client.destroy();
    await proxy.stop();
  });

  it('is not spent while its record cannot be read', async () => {
    nextDay();
    const key = `budget/${new Date(day).toISOString().slice(0, 10)}.json`;
    await local.store.put({ bucket: CONTENT, key }, Buffer.from('{"usd":"much"}'));
    await expect(open(1).budget.reserve(0.01, 'ocr')).rejects.toMatchObject({ code: 'budget.invalid' });
  });

  it('gives up when others are always faster', async () => {
    const always: Pick<ObjectStore, 'get' | 'put'> = {
      get: async () => null,
      put: async () => ({ outcome: 'exists', versionId: null }),
    };
    await expect(open(1, always).budget.reserve(0.01, 'ocr')).rejects.toMatchObject({ code: 'budget.contended' });
  });
});
