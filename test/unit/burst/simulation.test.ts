import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../bench/burst/agenda.ts';
import { Edge } from '../../../bench/burst/edge.ts';
import { Account, type Polling, QueueFunction } from '../../../bench/burst/function.ts';
import { PUBLISHED } from '../../../bench/burst/published.ts';
import { exponential } from '../../../bench/burst/random.ts';
import { RateLimit, TokenBucket } from '../../../bench/burst/rate-limit.ts';
import { Samples } from '../../../bench/burst/samples.ts';
import { type Scenario, simulate } from '../../../bench/burst/simulate.ts';
import { Waiting } from '../../../bench/burst/waiting.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const SERVICE_SECONDS = 0.1;

interface Queued {
  polling: Polling;
  concurrency?: number;
  arrivals: Iterable<number>;
  /** Duration of an invocation. */
  seconds?: number;
  until?: number;
}

/** One queue and its function, with invocations of a fixed length: the system that the closed forms describe. */
function queueOf(options: Queued) {
  const {
    polling,
    concurrency = 10_000,
    arrivals,
    seconds = SERVICE_SECONDS,
    until = Number.POSITIVE_INFINITY,
  } = options;
  const agenda = new Agenda();
  const waiting = new Waiting();
  const waits = new Samples();
  let now = 0;
  const account = new Account(concurrency);
  const queue = new QueueFunction({
    name: 'parser',
    polling,
    account,
    waiting,
    invocation: () => seconds,
    random: seededRandom(1),
    begun: (after, batch) => agenda.add(now + after, 1, batch),
  });
  let last = 0;
  for (const arrival of arrivals) {
    agenda.add(arrival, 0);
    last = arrival;
  }
  for (let second = 1; second <= last + 600; second++) agenda.add(second, 2);
  let drained = 0;
  while (agenda.next() && agenda.time <= until) {
    now = agenda.time;
    if (agenda.kind === 0) queue.push(now, now);
    else if (agenda.kind === 2) queue.tick(now, 1);
    else {
      for (const arrived of queue.end(agenda.value)) {
        waits.add(now - seconds - arrived);
        drained = now;
      }
      queue.dispatch(now);
    }
  }
  return { waits, drained, peak: queue.peak, binds: waiting.most(0), running: account.running };
}

function* poisson(perSecond: number, count: number): Generator<number> {
  const random = seededRandom(7);
  let now = 0;
  for (let arrival = 0; arrival < count; arrival++) {
    now += exponential(random, 1 / perSecond);
    yield now;
  }
}

const fixed = (concurrency: number, batchSize = 1): Polling => ({
  start: concurrency,
  maximum: concurrency,
  perMinute: 0,
  batchSize,
});

/** Erlang C: the share of arrivals in M/M/c that have to wait. */
function erlangC(servers: number, load: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < servers; n++) {
    term *= load / n;
    sum += term;
  }
  const last = ((term * load) / servers) * (servers / (servers - load));
  return last / (sum + last);
}

/** Mean wait in M/D/c after Cosmetatos (1975): exact for one server, within a few per cent otherwise. */
function meanWait(servers: number, use: number): number {
  const exponentialWait = (erlangC(servers, servers * use) * SERVICE_SECONDS) / (servers * (1 - use));
  const correction = ((1 - use) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * use * servers);
  return 0.5 * exponentialWait * (1 + correction);
}

describe('a queue and its function', () => {
  it.each([
    [1, 0.7],
    [10, 0.8],
    [50, 0.9],
  ])('wait as M/D/%i does with a use of %d', (servers, use) => {
    const { waits } = queueOf({
      polling: fixed(servers),
      arrivals: poisson((servers * use) / SERVICE_SECONDS, 300_000),
    });
    const expected = meanWait(servers, use);
    expect(Math.abs(waits.mean / expected - 1)).toBeLessThan(0.08);
  });

  it('drain a backlog in as many rounds as batches and copies make', () => {
    const backlog = Array.from({ length: 10_000 }, () => 0);
    const { drained, peak } = queueOf({ polling: fixed(40, 5), arrivals: backlog });
    // The first message of each copy runs alone, because the rest of the backlog has not arrived yet.
    expect(drained).toBeCloseTo(Math.ceil((10_000 - 40) / (40 * 5) + 1) * SERVICE_SECONDS, 6);
    expect(peak).toBe(40);
  });

  it('scale by 300 invocations a minute up to 1,250: in 249 seconds', () => {
    const polling = {
      start: PUBLISHED.queueStart.value,
      maximum: PUBLISHED.queueMaximum.value,
      perMinute: PUBLISHED.queueStep.value,
      batchSize: 1,
    };
    const backlog = Array.from({ length: 30_000 }, () => 0);
    const peakAfter = (until: number) => queueOf({ polling, seconds: 10, arrivals: backlog, until }).peak;
    expect(peakAfter(100)).toBe(5 + 500);
    expect(peakAfter(248)).toBe(1_245);
    expect(peakAfter(300)).toBe(1_250);
  });

  it('run no more environments than the account allows, and release each one', () => {
    const { peak, binds, running } = queueOf({
      polling: fixed(100),
      concurrency: 10,
      arrivals: Array.from({ length: 5_000 }, () => 0),
    });
    expect(peak).toBe(10);
    expect(binds).toBe('parser: account concurrency 10');
    expect(running).toBe(0);
  });
});

describe('limits', () => {
  it('of S3 admit 3,500 requests a second in sequence', () => {
    const limit = new RateLimit(3_500);
    let at = 0;
    for (let put = 0; put < 7_001; put++) at = limit.take(0);
    expect(at).toBeCloseTo(2, 9);
    expect(limit.wait(1)).toBeCloseTo(1 + 1 / 3_500, 9);
    expect(limit.wait(3)).toBe(0);
  });

  it('of new environments allow 1,000 at once and 100 a second', () => {
    const bucket = new TokenBucket(100, 1_000);
    let taken = 0;
    while (bucket.take(0)) taken += 1;
    expect(taken).toBe(1_000);
    while (bucket.take(10)) taken += 1;
    expect(taken).toBe(2_000);
  });
});

describe('the edge', () => {
  const edge = (changes: { minTasks: number; maxTasks: number }) =>
    new Edge({
      ...changes,
      target: 0.6,
      seconds: 0.01,
      maxSessions: 100,
      raw: new RateLimit(3_500),
      random: seededRandom(3),
      waiting: new Waiting(),
    });

  it('scales out after three minutes above the target, using the value that a metric at 100 % shows', () => {
    const scaled = edge({ minTasks: 2, maxTasks: 10 });
    const tasks: number[] = [];
    for (let minute = 1; minute <= 6; minute++) {
      for (let mail = 0; mail < 60_000; mail++) scaled.read(60 * (minute - 1) + mail / 1_000);
      const decision = scaled.decide();
      scaled.addTasks(60 * minute, decision.tasks);
      tasks.push(scaled.tasks);
    }
    expect(tasks).toEqual([2, 2, 4, 7, 10, 10]);
  });

  it('refuses a session when its task has no room', () => {
    const one = edge({ minTasks: 1, maxTasks: 1 });
    const read = Array.from({ length: 101 }, () => one.read(0));
    expect(read.filter((at) => at === null)).toHaveLength(1);
    expect(read[99]).toBeCloseTo(1, 9);
  });
});

describe('a burst', () => {
  const polling = (maximum: number, batchSize: number): Polling => ({ start: 5, maximum, perMinute: 300, batchSize });
  const scenario: Scenario = {
    mailsPerSecond: 400,
    seconds: 60,
    seed: 1,
    minTasks: 4,
    maxTasks: 4,
    cpuUnits: 256,
    targetCpuPercent: 60,
    maxSessions: 1_500,
    memoryMb: 1_024,
    parser: polling(1_250, 5),
    enricher: polling(100, 1),
    accountConcurrency: 1_000,
    enrichedShare: 0.05,
  };
  const figures = (changes: Partial<Scenario> = {}) => {
    const { latency, ...rest } = simulate({ ...scenario, ...changes });
    return { ...rest, delivered: latency.count, p99: latency.quantile(0.99) };
  };

  it('has the same outcome for the same seed, and another for another', () => {
    expect(figures()).toEqual(figures());
    expect(figures({ seed: 2 }).p99).not.toBe(figures().p99);
  });

  it('delivers every mail despite deferrals and throttling', () => {
    const throttled = figures({ minTasks: 1, maxTasks: 1, maxSessions: 50, accountConcurrency: 3 });
    expect(throttled.deferrals).toBeGreaterThan(0);
    expect(throttled.delivered).toBe(throttled.mails);
  });

  it('names the limit that binds', () => {
    expect(figures({ mailsPerSecond: 20 }).binds).toBeNull();
    expect(figures({ parser: polling(10, 5) }).binds).toBe('parser: 10 at a time');
    expect(figures({ accountConcurrency: 10 }).binds).toBe('parser: account concurrency 10');
    expect(figures({ minTasks: 1, maxTasks: 1 }).binds).toBe('edge: tasks');
    expect(figures({ enricher: polling(2, 1) }).binds).toBe('enricher: 2 at a time');
    const wide = {
      minTasks: 80,
      maxTasks: 80,
      parser: { ...polling(5_000, 5), start: 5_000 },
      accountConcurrency: 9_000,
    };
    expect(figures({ ...wide, mailsPerSecond: 6_000, seconds: 10 }).binds).toBe('S3: PUT/s of raw/HH');
  });
});
