import { describe, expect, it } from 'vitest';
import { firstMailIdAt } from '../../../core/mail/id.ts';
import type { Step } from '../../../core/mail/parsed-mail.ts';
import type { FailedMail } from '../../../core/outcome/failures.ts';
import { FlowFigures } from '../../../local/console/live/figures.ts';
import type { MailRecord } from '../../../local/console/mail/record.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

const MINUTE = 60_000;
/** The middle of a minute, so that it has seconds before and after. */
const NOW = Date.UTC(2026, 10, 22, 10, 30, 30);

function record(id: string, at: number, overrides: Partial<MailRecord> = {}): MailRecord {
  const document = parsedMail({ id });
  return {
    id,
    document,
    documentAt: new Date(at),
    failures: [],
    deliveries: [],
    raw: null,
    envelope: null,
    ...overrides,
  };
}

function failure(of: Partial<FailedMail>): FailedMail {
  const at = new Date(NOW).toISOString();
  const rest = {
    lastError: null,
    receiveCount: 1,
    revision: 1,
    destination: null,
    route: null,
    raw: null,
    event: null,
  };
  return { schema: 'failed-mail/1', id: 'x', reason: 'raw.missing', at, ...rest, ...of };
}

const figures = (until: 'queue' | 'document' = 'queue') => {
  const clock = { now: NOW };
  return { clock, of: new FlowFigures({ clock: () => clock.now, until }) };
};

const id = (at: number, number = 0): string =>
  firstMailIdAt(new Date(at)).slice(0, -6) + String(number).padStart(6, '0');
const [A, B, C] = [id(NOW, 1), id(NOW, 2), id(NOW, 3)] as const;
const failed = (of: string, rest: Partial<FailedMail> = {}): MailRecord =>
  record(of, NOW, { document: null, documentAt: null, failures: [failure({ id: of, ...rest })] });

describe('the figures of the flow', () => {
  it('account for every received mail as parsed, failed or waiting', () => {
    const { of } = figures();
    for (const each of [A, B, C]) of.stored(each, new Date(NOW));
    of.stored(A, new Date(NOW));
    of.outcome(record(A, NOW));
    of.outcome(failed(B));
    const oldestWaitingAt = new Date(NOW).toISOString();
    expect(of.balance).toEqual({ received: 3, parsed: 1, failed: 1, waiting: 1, oldestWaitingAt });
    of.outcome(record(B, NOW));
    of.outcome(record(B, NOW));
    expect(of.balance).toEqual({ received: 3, parsed: 2, failed: 0, waiting: 1, oldestWaitingAt });
  });

  it('give the latency to each queue within 1 %, by nearest rank', () => {
    const { of } = figures();
    for (let ms = 1; ms <= 100; ms++) {
      of.stored(id(NOW, ms), new Date(NOW - ms));
      of.outcome(record(id(NOW, ms), NOW - ms));
      of.sent(id(NOW, ms), 'parsed-mail', 1, new Date(NOW));
      if (ms > 98) of.sent(id(NOW, ms), 'parsed-mail-orders', 1, new Date(NOW + 20_000));
    }
    expect(of.latency(1)).toMatchObject({ messages: 102, p50Ms: 51, until: 'queue', resolutionMs: 1 });
    const [parsed, orders] = of.latency(1).byDestination;
    expect(parsed).toEqual({ destination: 'parsed-mail', messages: 100, p50Ms: 50, p99Ms: 99 });
    expect(orders).toMatchObject({ destination: 'parsed-mail-orders', messages: 2 });
    expect(Math.abs((orders?.p50Ms ?? 0) / 20_099 - 1)).toBeLessThan(0.01);
  });

  it('time a message until its queue confirmed it, not until the stored document, in any order of reports', () => {
    const { of } = figures();
    of.stored(A, new Date(NOW));
    of.sent(A, 'parsed-mail', 1, new Date(NOW + 70));
    of.outcome(record(A, NOW + 40));
    of.stored(B, new Date(NOW));
    of.outcome(record(B, NOW + 40));
    of.sent(B, 'parsed-mail', 1, new Date(NOW + 70));
    expect(of.latency(1)).toMatchObject({ messages: 2, p50Ms: 70, p99Ms: 70 });
    const stored = figures('document').of;
    stored.stored(A, new Date(NOW));
    stored.outcome(record(A, NOW + 40));
    stored.sent(A, 'parsed-mail', 1, new Date(NOW + 70));
    expect(stored.latency(1_000)).toMatchObject({ messages: 1, p50Ms: 40, byDestination: [], until: 'document' });
  });

  it('exclude replays, repeated messages and redriven mails from latency', () => {
    const { of } = figures();
    for (const each of [A, B, C]) of.stored(each, new Date(NOW));
    of.sent(A, 'parsed-mail', 2, new Date(NOW + 5));
    of.sent(B, 'parsed-mail', 1, new Date(NOW + 5));
    of.sent(B, 'parsed-mail', 1, new Date(NOW + 500));
    of.outcome(failed(C));
    of.sent(C, 'parsed-mail', 1, new Date(NOW + 500));
    expect(of.latency(1)).toMatchObject({ messages: 1, p99Ms: 5 });
  });

  it('are null, not 0, without measurements', () => {
    const { of } = figures();
    expect(of.latency(1)).toMatchObject({ messages: 0, p50Ms: null, p99Ms: null, byDestination: [] });
    expect(of.hour.p50Ms).toEqual(Array(60).fill(null));
  });

  it('keep only the mails of one day: 50,000 mails in four days', () => {
    const { of, clock } = figures();
    const perMinute = 9;
    const parsed = record(A, NOW);
    const minutes = 4 * 24 * 60;
    for (let minute = 0; minute < minutes; minute++) {
      clock.now = NOW + minute * MINUTE;
      for (let at = 0; at < perMinute; at++) {
        const each = id(clock.now, at);
        of.stored(each, new Date(clock.now));
        const failures = at === 0 ? [failure({ id: each })] : [];
        of.outcome({ ...parsed, id: each, documentAt: new Date(clock.now + 5), failures });
        of.sent(each, 'parsed-mail', 1, new Date(clock.now + 9));
      }
    }
    const day = 24 * 60 * perMinute;
    expect(of.size).toBe(day);
    const failedMails = 24 * 60;
    expect(of.balance).toMatchObject({ received: day, parsed: day - failedMails, failed: failedMails, waiting: 0 });
    expect(of.failures).toMatchObject([{ mails: failedMails }]);
    expect(of.mailsOf('parsed-mail')).toBe(day);
    clock.now += 24 * 60 * MINUTE;
    expect([of.balance.received, of.failures.length, of.size]).toEqual([0, 0, 0]);
    expect(of.latency(1).messages).toBe(0);
  });

  it('keep a waiting mail beyond a day until it has an outcome', () => {
    const { of, clock } = figures();
    of.stored(A, new Date(NOW));
    of.stored(B, new Date(NOW - 72 * 60 * MINUTE));
    clock.now = NOW + 25 * 60 * MINUTE;
    const oldestWaitingAt = new Date(NOW - 72 * 60 * MINUTE).toISOString();
    expect(of.balance).toMatchObject({ received: 2, waiting: 2, oldestWaitingAt });
    of.outcome(record(A, clock.now));
    of.outcome(record(B, NOW - 71 * 60 * MINUTE));
    expect([of.size, of.balance.waiting]).toEqual([0, 0]);
  });

  it('keep a failure for a day however old its mail, or until the mail is parsed', () => {
    const { of, clock } = figures();
    const old = id(NOW - 50 * 60 * MINUTE);
    of.outcome(failed(old));
    expect([of.balance.failed, of.failures.length]).toEqual([1, 1]);
    of.outcome(record(old, NOW));
    expect([of.balance.failed, of.failures.length]).toEqual([0, 0]);
    of.outcome(failed(B));
    clock.now = NOW + 25 * 60 * MINUTE;
    expect([of.balance.failed, of.failures.length, of.size]).toEqual([0, 0, 0]);
  });

  it('have a step for each minute of the hour and each ten minutes of the day, the current one last', () => {
    const { of, clock } = figures();
    of.stored(A, new Date(NOW));
    of.stored(B, new Date(NOW - 25 * MINUTE));
    expect(of.hour.received.at(-1)).toBe(1);
    expect(of.hour.received.at(-26)).toBe(1);
    expect([of.hour.received.length, of.day.received.length]).toEqual([60, 144]);
    expect(of.day.received.reduce((sum, each) => sum + each)).toBe(2);
    expect(new Date(of.hour.from).getTime() + 59 * MINUTE).toBe(NOW - 30_000);
    clock.now = NOW + 25 * 60 * MINUTE;
    of.stored(C, new Date(clock.now));
    expect(of.day.received.reduce((sum, each) => sum + each)).toBe(1);
  });

  it('count a mail as enriched only for steps the enricher ran', () => {
    const step = { partId: null, status: 'ok', provider: 'x', ms: 1, reason: null, costUsd: 0 } as const;
    const language = { ...step, name: 'language', provider: 'eld' };
    const mood = { ...step, name: 'sentiment', provider: 'vader-sentiment' };
    const skipped = { ...step, name: 'ocr', status: 'skipped', reason: 'no page' } as const;
    const enriched = (...steps: Step[]) => {
      const { of } = figures();
      of.outcome(record(A, NOW, { document: parsedMail({ id: A, steps }) }));
      return of.mailsOf('enricher');
    };
    expect(enriched({ ...step, name: 'authentication' }, language, mood, skipped)).toBe(0);
    for (const name of ['malware', 'ocr', 'sentiment']) expect(enriched(language, { ...step, name })).toBe(1);
    const { of } = figures();
    of.outcome(record(A, NOW, { document: parsedMail({ id: A, steps: [{ ...language, status: 'failed' }] }) }));
    expect(of.failures).toMatchObject([{ place: 'parser', reason: 'language.failed' }]);
  });

  it('count failures by place, with a remedy', () => {
    const { of } = figures();
    const steps = [
      { name: 'ocr', partId: '2', status: 'timed-out', provider: 'x', ms: 1, reason: 'slow', costUsd: 0 } as const,
    ];
    of.outcome(record(A, NOW, { document: parsedMail({ id: A, steps }) }));
    for (const each of [B, C]) {
      const refused = failure({ id: each, destination: 'parsed-mail-orders', reason: 'sqs.x' });
      of.outcome(record(each, NOW, { failures: [refused] }));
    }
    of.outcome(failed(id(NOW, 4), { reason: 'raw.missing' }));
    of.outcome(failed(id(NOW, 5), { reason: 'draft.invalid' }));
    of.outcome(failed(id(NOW, 6), { reason: 'retries.exhausted' }));
    for (const reply of ['451 4.3.0', '451 4.3.0', '451 4.3.0', '552 5.3.4']) of.refused(reply, new Date(NOW));
    expect(of.failures).toMatchObject([
      { place: 'edge', reason: '451 4.3.0', mails: 3, remedy: expect.stringContaining('retry') },
      { place: 'parsed-mail-orders', reason: 'sqs.x', mails: 2, remedy: expect.stringContaining('parsed-mail-orders') },
      { place: 'enricher', reason: 'ocr.timed-out', mails: 1 },
      { place: 'raw', reason: 'raw.missing' },
      { place: 'enricher', reason: 'draft.invalid' },
      { place: 'parser', reason: 'retries.exhausted' },
      { place: 'edge', reason: '552 5.3.4', mails: 1 },
    ]);
  });
});
