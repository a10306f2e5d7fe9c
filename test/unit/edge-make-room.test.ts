import { describe, expect, it } from 'vitest';
import { type Held, sessionToEnd } from '../../edge-mta/abuse/make-room.ts';

const NEWCOMER = '192.0.2.1';

function sessionOf(source: string, held: Held | null) {
  return { source, held: () => held };
}

const silent = (ms: number): Held => ({ kind: 'silent', ms });
const sending = (ms: number): Held => ({ kind: 'sending', ms });

/** Index of the session that is ended; null if none is. */
function ended(sessions: { source: string; held: Held | null }[], own = 1): number | null {
  const all = sessions.map(({ source, held }) => sessionOf(source, held));
  const open = (of: string) => (of === NEWCOMER ? own : all.filter(({ source }) => source === of).length);
  const found = sessionToEnd(all, NEWCOMER, open, 0);
  return found === null ? null : all.indexOf(found);
}

const many = (source: string, count: number, held: Held | null) =>
  Array.from({ length: count }, () => ({ source, held }));

describe('the session that makes room for a new source', () => {
  it('belongs to the source with the most sessions, and has been silent the longest', () => {
    const sessions = [
      ...many('a', 2, silent(9_000)),
      ...many('b', 3, silent(2_000)),
      { source: 'b', held: silent(3_000) },
    ];
    expect(ended(sessions)).toBe(5);
  });

  it('never belongs to a source with no more sessions than the newcomer', () => {
    expect(ended([...many('a', 1, silent(9_000)), ...many('b', 1, silent(9_000))])).toBeNull();
    expect(ended(many('a', 3, silent(9_000)), 3)).toBeNull();
    expect(ended(many('a', 4, silent(9_000)), 3)).toBe(0);
  });

  it('never was active within the last second, nor is it running a command', () => {
    expect(ended([...many('a', 5, silent(999)), ...many('a', 5, null)])).toBeNull();
  });

  it('is sending a mail only if its source has ten times as many sessions and none is silent', () => {
    expect(ended(many('a', 30, sending(9_999)))).toBeNull();
    expect(ended(many('a', 9, sending(10_000)))).toBeNull();
    expect(ended(many('a', 10, sending(10_000)))).toBe(0);
    expect(ended(many('a', 19, sending(10_000)), 2)).toBeNull();
    expect(ended([...many('a', 30, sending(10_000)), ...many('b', 2, silent(2_000))])).toBe(30);
  });
});
