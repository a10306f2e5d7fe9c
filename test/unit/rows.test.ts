import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../core/log/printable.ts';
import { nearest } from '../../core/terminal/nearest.ts';
import { painter, showsColors } from '../../core/terminal/output.ts';
import { row, wrapped } from '../../core/terminal/rows.ts';

describe('row', () => {
  const fields = ['id', { text: 'a'.repeat(40) }, { text: 'b'.repeat(20), least: 4 }];

  it('is complete without a terminal, and on a wide one', () => {
    expect(row(fields, null)).toBe(`id  ${'a'.repeat(40)}  ${'b'.repeat(20)}`);
    expect(row(fields, 66)).toBe(row(fields, null));
  });

  it('truncates the longest field first, then all of them', () => {
    expect(row(fields, 65)).toBe(`id  ${'a'.repeat(38)}…  ${'b'.repeat(20)}`);
    expect(row(fields, 26)).toBe(`id  ${'a'.repeat(9)}…  ${'b'.repeat(9)}…`);
    expect(row(fields, 18)).toBe('id  aaaaaaa…  bbb…');
  });

  it('continues on the next line, indented, if it still does not fit', () => {
    expect(row(fields, 17)).toBe(`id  aaaaaaaaaaaa…\n    bbbbbbbbbbbb…`);
    expect(row(['x'.repeat(26), { text: 'short' }], 30)).toBe(`${'x'.repeat(26)}\n    short`);
  });

  it('fits any width down to the fields that must not be truncated', () => {
    const mixed = [
      'x'.repeat(26),
      { text: '会議'.repeat(20) },
      { text: 'x'.repeat(30) },
      { text: 'e\u0301'.repeat(9) },
    ];
    for (let columns = 26; columns < 160; columns += 1) {
      const lines = row(mixed, columns).split('\n');
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      // Nothing moves to the next line if it fits on the one above.
      expect(lines.length).toBeLessThanOrEqual(columns < 56 ? 3 : 1);
    }
  });
});

it('wrapped text breaks between words', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapped('muchtoolong a', 5)).toEqual(['muchtoolong', 'a']);
});

describe('colours', () => {
  const shown = (isTTY: boolean, env: Record<string, string>) => showsColors({ isTTY }, env);
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal (%s) with %j: %s', (isTTY, env, expected) => {
    expect(shown(isTTY, env)).toBe(expected);
    expect(painter(expected)('red', 'x')).toBe(expected ? '\x1b[31mx\x1b[39m' : 'x');
  });
});

describe('the nearest word', () => {
  const COMMANDS = ['parse', 'send', 'tail', 'show', 'verify', 'audit', 'failed', 'redrive', 'replay', 'dns'];
  it.each([
    ['sned', 'send'],
    ['adit', 'audit'],
    ['AUDIT', 'audit'],
    ['verfy', 'verify'],
    ['fail', 'failed'],
    ['xyzzy', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ])('to %j is %j', (word, expected) => {
    expect(nearest(word, COMMANDS)).toBe(expected);
  });
});
