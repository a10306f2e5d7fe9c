import { describe, expect, it } from 'vitest';
import { clipped, displayWidth, printable, printableJson, shortened } from '../../core/log/printable.ts';

describe('printable', () => {
  it.each([
    ['an escape sequence', 'a\x1b]0;title\x07b', 'a\\u001b]0;title\\u0007b'],
    ['an 8-bit control', 'a\x9b31mb', 'a\\u009b31mb'],
    ['a line break', 'a\r\nb\u2028c', 'a\\u000d\\u000ab\\u2028c'],
    ['a direction override', 'exe.\u202egpj', 'exe.\\u202egpj'],
    ['nothing', 'Grüße 会議 👩‍👩‍👧', 'Grüße 会議 👩‍👩‍👧'],
  ])('escapes %s', (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('leaves valid JSON valid', () => {
    const value = { text: 'a\x1b\x9b\u202e\n', more: ['\u2028'] };
    const shown = printableJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(shown)).toEqual(value);
    expect(shown).not.toMatch(/[^\n\P{Cc}]|[\u2028\u202e]/u);
  });
});

describe('shortened', () => {
  it('cuts between characters, never inside one', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('👍👍👍👍', 3)).toBe('👍👍…');
  });
});

describe('clipped', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['会議会', 6, '会議会'],
    ['会議会', 5, '会議…'],
    ['会議会', 4, '会…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['👍👍', 3, '👍…'],
    ['abc', 1, '…'],
  ])('cuts %j to %d columns: %j', (text, columns, expected) => {
    expect(clipped(text, columns)).toBe(expected);
    expect(displayWidth(expected)).toBeLessThanOrEqual(columns);
  });
});
