import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { DailyBudget } from '../../core/enrich/budget.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { readJson } from '../../core/outcome/json.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { type LocalS3, localS3Client, startLocalS3 } from '../support/local-s3.ts';

const CONTENT = 'mail-content';
const HOUR = 3_600_000;
/** The signal of a task that never runs out of time. */
const inTime = new AbortController().signal;

describe('the daily budget', () => {
  let local: LocalS3;
  let day = Date.UTC(2026, 10, 1, 12);
  beforeAll(async () => {
    local = await startLocalS3();
  });
  afterAll(() => local?.stop());

  /** Another process that shares the budget; call `nextDay` first to start with an empty record. */
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

  it('is spent to the last cent and never exceeded', async () => {
    nextDay();
    const { budget, counted } = open(0.04);
    expect(await budget.reserve(0.01, 'ocr', inTime)).toBe(true);
    expect(await budget.reserve(0.0003, 'sentiment', inTime)).toBe(true);
    expect(await budget.reserve(0.03, 'ocr', inTime)).toBe(false);
    // Refusing a large amount does not refuse a small one.
    expect(await budget.reserve(0.0297, 'ocr', inTime)).toBe(true);
    expect(await budget.reserve(0.000001, 'pii', inTime)).toBe(false);
    expect(await budget.reserve(0, 'model', inTime)).toBe(true);
    expect(await record()).toMatchObject({ usd: { ocr: 0.0397, sentiment: 0.0003 } });
    expect(counted).toEqual([
      ['ocrCost', 0.01],
      ['sentimentCost', 0.0003],
      ['budgetRefusals', 1],
      ['ocrCost', 0.0297],
      ['budgetRefusals', 1],
    ]);
  });

  it('is shared by all concurrent spenders', async () => {
    nextDay();
    const processes = Array.from({ length: 8 }, () => open(0.05));
    const answers = await Promise.all(
      processes.flatMap(({ budget }) => Array.from({ length: 10 }, () => budget.reserve(0.001, 'pii', inTime))),
    );
    expect(answers.filter((answer) => answer)).toHaveLength(50);
    expect(await record()).toMatchObject({ usd: { pii: 0.05 } });
  });

  it('is reset at midnight UTC', async () => {
    nextDay();
    let time = Date.parse('2026-12-31T23:59:59.999Z');
    const { budget } = open(0.01, local.store, () => time);
    expect(await budget.reserve(0.01, 'ocr', inTime)).toBe(true);
    expect(await budget.reserve(0.01, 'ocr', inTime)).toBe(false);
    time += 1;
    expect(await budget.reserve(0.01, 'ocr', inTime)).toBe(true);
  });

  it('of zero allows free steps, with at most one request to the store', async () => {
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
    expect(await budget.reserve(0, 'model', inTime)).toBe(true);
    expect(await budget.reserve(0.0001, 'pii', inTime)).toBe(false);
    expect(await budget.reserve(0.0002, 'pii', inTime)).toBe(false);
    expect(reads).toBe(1);
    expect(await record()).toBeNull();
  });

  it('counts an expense once even if the answer of the store got lost', async () => {
    nextDay();
    const faults: Fault[] = [];
    const proxy = await startFaultProxy(local.endpoint, (line) =>
      line.startsWith('PUT ') ? (faults.shift() ?? 'pass') : 'pass',
    );
    const client = localS3Client(proxy.endpoint);
    const { budget } = open(1, s3ObjectStore(client));
    for (const fault of ['lose', 'pass', 'lose', 'reset'] as const) {
      faults.push(fault);
      expect(await budget.reserve(0.01, 'ocr', inTime)).toBe(true);
    }
    expect(await record()).toMatchObject({ usd: { ocr: 0.04 } });
    client.destroy();
    await proxy.stop();
  });

  it('fails as transient when the store fails, and spends nothing', async () => {
    nextDay();
    const proxy = await startFaultProxy(local.endpoint, () => ({ status: 503, code: 'SlowDown' }));
    const client = localS3Client(proxy.endpoint, { maxAttempts: 1 });
    const { budget, counted } = open(1, s3ObjectStore(client));
    await expect(budget.reserve(0.01, 'ocr', inTime)).rejects.toBeInstanceOf(TransientError);
    expect(counted).toEqual([]);
    client.destroy();
    await proxy.stop();
  });

  it('is not spent while its record is unreadable', async () => {
    nextDay();
    const key = `budget/${new Date(day).toISOString().slice(0, 10)}.json`;
    await local.store.put({ bucket: CONTENT, key }, Buffer.from('{"usd":"much"}'));
    await expect(open(1).budget.reserve(0.01, 'ocr', inTime)).rejects.toMatchObject({ code: 'budget.invalid' });
  });

  it('is retried however often others are faster', async () => {
    nextDay();
    let faster = 30;
    const store: Pick<ObjectStore, 'get' | 'put'> = {
      get: (...from) => local.store.get(...from),
      put: async (...what) => {
        faster -= 1;
        return faster >= 0 ? { outcome: 'changed', versionId: null } : local.store.put(...what);
      },
    };
    // No pause between attempts.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => random.mockRestore());
    expect(await open(0.01, store).budget.reserve(0.01, 'ocr', inTime)).toBe(true);
    expect(await record()).toMatchObject({ usd: { ocr: 0.01 } });
  });

  it('is retried until the deadline, and not once more', async () => {
    const time = new AbortController();
    let puts = 0;
    const always: Pick<ObjectStore, 'get' | 'put'> = {
      get: async () => null,
      put: async () => {
        puts += 1;
        if (puts === 3) time.abort(new Error('time is up'));
        return { outcome: 'exists', versionId: null };
      },
    };
    const { budget } = open(1, always);
    const both = [budget.reserve(0.01, 'ocr', time.signal), budget.reserve(0.01, 'pii', time.signal)];
    expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(puts).toBe(3);
  });
});
