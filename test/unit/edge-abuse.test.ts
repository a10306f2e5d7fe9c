import { describe, expect, it } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { plainAddress, sourceOf } from '../../edge-mta/abuse/ip-address.ts';
import { MemoryWatch } from '../../edge-mta/abuse/memory-watch.ts';
import { SessionBudget } from '../../edge-mta/abuse/session-budget.ts';
import { SessionClock } from '../../edge-mta/abuse/session-clock.ts';
import { SourceLog } from '../../edge-mta/abuse/source-log.ts';
import { SourceTable } from '../../edge-mta/abuse/source-table.ts';
import { REPLIES } from '../../edge-mta/replies.ts';
import { smtpLimits } from '../support/smtp-limits.ts';

describe('sourceOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is %s', (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });

  it('recognises an IPv4 client on a dual-stack listener', () => {
    expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(plainAddress('::1')).toBe('::1');
  });
});

describe('MemoryWatch', () => {
  /** A watch over 1,000 bytes that always admits ten sessions. `used(…)` sets how many bytes are in use. */
  function watch() {
    let bytes = 0;
    const memory = new MemoryWatch(1_000, 10, () => bytes);
    const used = (now: number, sessions: number) => {
      bytes = now;
      memory.sample(sessions);
    };
    return { memory, used };
  }

  it('ends idle sessions above three quarters of the memory, and admits none above nine tenths', () => {
    const { memory, used } = watch();
    used(740, 100);
    expect([memory.isHigh(100), memory.isFull(100)]).toEqual([false, false]);
    used(760, 100);
    expect([memory.isHigh(100), memory.isFull(100)]).toEqual([true, false]);
    used(910, 120);
    expect([memory.isHigh(120), memory.isFull(120)]).toEqual([true, true]);
  });

  it('admits as many sessions as before, although the process keeps their memory', () => {
    const { memory, used } = watch();
    used(910, 120);
    used(910, 50);
    expect([memory.isHigh(50), memory.isFull(50), memory.isFull(119), memory.isFull(120)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('resets when memory has dropped', () => {
    const { memory, used } = watch();
    used(910, 120);
    used(500, 20);
    used(910, 30);
    expect([memory.isFull(30), memory.isFull(29)]).toEqual([true, false]);
  });

  it('always admits a few sessions, so that an edge is never shut for good', () => {
    const { memory, used } = watch();
    used(990, 0);
    expect([memory.isHigh(10), memory.isFull(9), memory.isFull(10)]).toEqual([false, false, true]);
  });
});

describe('SourceTable', () => {
  const A = '192.0.2.1';

  it('limits the connections of one source independently of others', () => {
    const sources = new SourceTable(smtpLimits({ connectionsPerSource: 2 }));
    expect([1, 2, 3].map(() => sources.connected(A, 0))).toEqual([true, true, false]);
    expect(sources.connected('192.0.2.2', 0)).toBe(true);
    sources.left(A);
    expect(sources.connected(A, 0)).toBe(true);
  });

  it('counts all of a /64 together', () => {
    const sources = new SourceTable(smtpLimits({ connectionsPerSource: 1 }));
    expect(sources.connected('2001:db8::1', 0)).toBe(true);
    expect(sources.connected('2001:db8::2', 0)).toBe(false);
    expect(sources.connected('2001:db8:0:1::2', 0)).toBe(true);
  });

  it('limits connections, mails and errors per minute', () => {
    const sources = new SourceTable(smtpLimits({ connectionsPerMinute: 1, messagesPerMinute: 1, errorsPerMinute: 1 }));
    expect(sources.connected(A, 0)).toBe(true);
    expect(sources.connected(A, 59_999)).toBe(false);
    expect([sources.mailed(A, 0), sources.mailed(A, 0)]).toEqual([true, false]);
    expect(sources.connected(A, 60_000)).toBe(true);
    sources.erred(A, 60_000);
    sources.erred(A, 60_000);
    expect(sources.connected(A, 60_000)).toBe(false);
    expect(sources.mailed(A, 60_000)).toBe(true);
  });

  it('exempts loopback from rates, not from the number of connections', () => {
    const sources = new SourceTable(smtpLimits({ connectionsPerMinute: 1, connectionsPerSource: 2 }));
    expect([1, 2, 3].map(() => sources.connected('127.0.0.1', 0))).toEqual([true, true, false]);
  });

  it('forgets a source without connections after a minute', () => {
    const sources = new SourceTable(smtpLimits());
    sources.connected(A, 0);
    sources.sweep(60_000);
    expect(sources.size).toBe(1);
    sources.left(A);
    sources.sweep(59_999);
    expect(sources.size).toBe(1);
    sources.sweep(60_000);
    expect(sources.size).toBe(0);
  });
});

describe('SourceLog', () => {
  const written = () => {
    const lines: Record<string, unknown>[] = [];
    return { lines, log: new SourceLog(jsonLog('test', (line) => lines.push(JSON.parse(line)))) };
  };
  const counts = (lines: readonly Record<string, unknown>[]) =>
    lines.map(({ remoteAddress, count }) => [remoteAddress, count]);

  it('writes the first event at once, and the rest of the minute as one line with a count', () => {
    const { lines, log } = written();
    for (const now of [0, 1, 2]) log.note('failed', '192.0.2.1', { reason: 'x' }, now);
    log.note('failed', '192.0.2.2', {}, 3);
    log.sweep(59_999);
    expect(counts(lines)).toEqual([
      ['192.0.2.1', 1],
      ['192.0.2.2', 1],
    ]);
    log.sweep(60_000);
    log.note('failed', '192.0.2.1', {}, 60_001);
    log.sweep(119_999);
    expect(counts(lines).slice(2)).toEqual([['192.0.2.1', 2]]);
    log.flush(120_000);
    expect(counts(lines).slice(3)).toEqual([['192.0.2.1', 1]]);
  });

  it('forgets a source that is quiet for a minute, and starts at once with the next', () => {
    const { lines, log } = written();
    log.note('failed', '192.0.2.1', {}, 0);
    log.sweep(60_000);
    log.note('failed', '192.0.2.1', {}, 60_000);
    expect(lines).toHaveLength(2);
  });

  it('distinguishes at most 10,000 sources', () => {
    const { lines, log } = written();
    for (let at = 0; at < 10_100; at++) log.note('failed', `10.0.${at >> 8}.${at & 255}`, {}, 0);
    expect(lines).toHaveLength(10_001);
    expect(lines.at(-1)).toMatchObject({ remoteAddress: 'others' });
  });
});

describe('SessionClock', () => {
  const limits = smtpLimits({
    idleSeconds: 10,
    idleSecondsUnderPressure: 2,
    sessionSeconds: 100,
    dataMinBytesPerSecond: 500,
    dataWindowSeconds: 30,
  });
  const command = { kind: 'command' } as const;
  const data = (bytes: number, stalled = false) => ({ kind: 'data', bytes, stalled }) as const;

  it('ends a client that takes too long for a command line', () => {
    const clock = new SessionClock(limits, 0);
    expect(clock.overdue(10_000, command, false)).toBeNull();
    expect(clock.overdue(10_001, command, false)).toBe(REPLIES.idle);
    clock.progressed(10_001);
    expect(clock.overdue(20_000, command, false)).toBeNull();
  });

  it('gives less time under pressure', () => {
    const clock = new SessionClock(limits, 0);
    expect(clock.overdue(2_001, command, true)).toBe(REPLIES.idle);
  });

  it('does not count the time this server takes', () => {
    const clock = new SessionClock(limits, 0);
    expect(clock.overdue(50_000, { kind: 'server', storing: false }, false)).toBeNull();
  });

  it('ends a session after its maximum time, but not while its mail is being stored', () => {
    const clock = new SessionClock(limits, 0);
    expect(clock.overdue(100_001, { kind: 'server', storing: true }, false)).toBeNull();
    expect(clock.overdue(100_001, data(1e9), false)).toBe(REPLIES.sessionOver);
  });

  it('ends DATA that is slower than the minimum over a whole window', () => {
    const clock = new SessionClock(limits, 0);
    expect(clock.overdue(0, data(0), false)).toBeNull();
    expect(clock.overdue(29_999, data(1), false)).toBeNull();
    expect(clock.overdue(30_000, data(15_000), false)).toBeNull();
    expect(clock.overdue(60_000, data(29_999), false)).toBe(REPLIES.tooSlow);
  });

  it('does not penalise a client for a slow store', () => {
    const clock = new SessionClock(limits, 0);
    for (let now = 0; now <= 90_000; now += 1000) expect(clock.overdue(now, data(0, true), false)).toBeNull();
  });
});

describe('SessionBudget', () => {
  it('ends at the tenth unknown command', () => {
    const budget = new SessionBudget(smtpLimits());
    const replies = Array.from({ length: 10 }, () => budget.unknownCommand());
    expect(replies.indexOf(REPLIES.tooManyUnknown)).toBe(9);
  });

  it('ends sessions without a mail, and resets after each mail', () => {
    const budget = new SessionBudget(smtpLimits({ junkCommandsPerSession: 2 }));
    expect(budget.command('NOOP')).toBeNull();
    budget.mailAccepted();
    expect(['EHLO', 'MAIL', 'RCPT', 'DATA', 'QUIT'].map((verb) => budget.command(verb))).toEqual(Array(5).fill(null));
    expect(budget.command('NOOP')).toBe(REPLIES.tooMuchJunk);
  });

  it('counts 5xx as errors, and 4xx separately', () => {
    const budget = new SessionBudget(smtpLimits({ errorsPerSession: 1, recipientOvershoot: 2 }));
    expect(budget.replied(REPLIES.tooManyRecipients)).toBeNull();
    expect(budget.replied(REPLIES.directoryDown)).toBeNull();
    expect(budget.replied(REPLIES.unknownRecipient)).toBeNull();
    expect(budget.replied(REPLIES.unknownRecipient)).toBe(REPLIES.tooManyErrors);
    for (const reply of [REPLIES.tooManyRecipients, REPLIES.directoryDown]) {
      const other = new SessionBudget(smtpLimits({ recipientOvershoot: 1 }));
      other.replied(reply);
      expect(other.replied(reply)).toBe(REPLIES.tooManyErrors);
    }
  });
});
