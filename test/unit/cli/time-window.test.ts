import { describe, expect, it } from 'vitest';
import { timeWindow } from '../../../cli/time-window.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

describe('timeWindow', () => {
  it.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T10:30Z', '2026-11-20T10:30:00.000Z'],
    ['2026-11-20T10:30:05.250+02:00', '2026-11-20T08:30:05.250Z'],
    ['90m', '2026-11-22T10:30:00.000Z'],
    ['2h', '2026-11-22T10:00:00.000Z'],
    ['3d', '2026-11-19T12:00:00.000Z'],
  ])('reads %s', (since, expected) => {
    expect(timeWindow({ since }, NOW)).toEqual({ since: new Date(expected), until: null });
  });

  it.each(['', 'yesterday', '2026-13-01', '2026-11-20 10:30', '2026-11-20T10:30', '5', '5w', '-1h', '2026'])(
    'refuses %j',
    (until) => {
      expect(() => timeWindow({ until }, NOW)).toThrow(`--until is "${until}"`);
    },
  );

  it('refuses a window that ends before it starts', () => {
    expect(() => timeWindow({ since: '1h', until: '2h' }, NOW)).toThrow('--until 2h is not after --since 1h');
  });
});
