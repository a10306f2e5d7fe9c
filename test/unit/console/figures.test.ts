import { describe, expect, it } from 'vitest';
import type { FailedMail } from '../../../core/outcome/failures.ts';
import { FlowFigures } from '../../../local/console/live/figures.ts';
import type { MailRecord } from '../../../local/console/mail/record.ts';
import { parsedMail } from '../../support/parsed-mail.ts';

const MINUTE = 60_000;
/** The middle of a minute, so that seconds before and behind are in it. */
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

const figures = () => {
  const clock = { now: NOW };
  return { clock, of: new FlowFigures(() => clock.now) };
};

describe('the figures of the flow', () => {
  it('balance: every mail that was received is parsed, failed or waiting', () => {
    const { of } = figures();
    for (const id of ['a', 'b', 'c']) of.stored(id, new Date(NOW));
    of.stored('a', new Date(NOW));
    of.outcome(record('a', NOW));
    of.outcome(record('b', NOW, { document: null, documentAt: null, failures: [failure({ id: 'b' })] }));
    expect(of.balance).toEqual({ received: 3, parsed: 1, failed: 1, waiting: 1 });
    of.outcome(record('b', NOW));
    of.outcome(record('b', NOW));
    expect(of.balance).toEqual({ received: 3, parsed: 2, failed: 0, waiting: 1 });
  });

  it('tell how long mails took, by nearest rank, and not for a replay', () => {
    const { of } = figures();
    for (let at = 1; at <= 100; at++) {
      of.stored(`m${at}`, new Date(NOW - at));
      of.outcome(record(`m${at}`, NOW));
    }
    of.stored('old', new Date(NOW - 5 * MINUTE));
    of.outcome(record('old', NOW, { document: parsedMail({ id: 'old', revision: 2 }) }));
    expect(of.latency('document', 1)).toMatchObject({ mails: 100, p50Ms: 50, p99Ms: 99 });
  });

  it('are null where nothing was measured, not 0', () => {
    const { of } = figures();
    expect(of.latency('document', 1)).toMatchObject({ mails: 0, p50Ms: null, p99Ms: null });
    expect(of.hour.p50Ms).toEqual(Array(60).fill(null));
  });

  it('have a step for each minute of the hour and each ten minutes of the day, the current one last', () => {
    const { of, clock } = figures();
    of.stored('a', new Date(NOW));
    of.stored('b', new Date(NOW - 25 * MINUTE));
    expect(of.hour.received.at(-1)).toBe(1);
    expect(of.hour.received.at(-26)).toBe(1);
    expect([of.hour.received.length, of.day.received.length]).toEqual([60, 144]);
    expect(of.day.received.reduce((sum, each) => sum + each)).toBe(2);
    expect(new Date(of.hour.from).getTime() + 59 * MINUTE).toBe(NOW - 30_000);
    clock.now = NOW + 25 * 60 * MINUTE;
    of.stored('c', new Date(clock.now));
    expect(of.day.received.reduce((sum, each) => sum + each)).toBe(1);
  });

  it('count failures where they happened, with what to try', () => {
    const { of } = figures();
    const steps = [
      { name: 'ocr', partId: '2', status: 'timed-out', provider: 'x', ms: 1, reason: 'slow', costUsd: 0 } as const,
    ];
    of.outcome(record('a', NOW, { document: parsedMail({ id: 'a', steps }) }));
    of.outcome(
      record('b', NOW, { failures: [failure({ id: 'b', destination: 'parsed-mail-orders', reason: 'sqs.x' })] }),
    );
    of.outcome(
      record('c', NOW, { failures: [failure({ id: 'c', destination: 'parsed-mail-orders', reason: 'sqs.x' })] }),
    );
    expect(of.failures).toMatchObject([
      { place: 'parsed-mail-orders', reason: 'sqs.x', mails: 2, remedy: expect.stringContaining('parsed-mail-orders') },
      { place: 'enricher', reason: 'ocr.timed-out', mails: 1 },
    ]);
  });
});
