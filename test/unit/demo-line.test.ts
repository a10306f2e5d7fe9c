import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../core/log/printable.ts';
import { EXAMPLE } from '../../core/mail/example.ts';
import { demoHead, demoLine } from '../../local/demo/line.ts';

const from = (address: string) => ({ ...EXAMPLE, from: [{ name: '', address, plusTag: null, group: null }] });
const SHORT = { ...from('a@example.org'), subject: 'SUBJECT' };
const LONG = { ...from(`${'long'.repeat(12)}@example.org`), subject: `SUBJECT ${'and more '.repeat(9)}` };
const WIDE = { ...from('会議@example.jp'), subject: 'SUBJECT 会議の議事録' };

const widthBefore = (line: string, text: string) => displayWidth(line.slice(0, line.indexOf(text)));

describe('a line of the demo', () => {
  it.each([null, 160, 120, 100, 80, 60])(
    'has its fields below those of the line above, at a width of %s',
    (columns) => {
      const lines = [SHORT, LONG, WIDE].map((mail) => demoLine(mail, 12.3, columns));
      expect(new Set(lines.map((line) => widthBefore(line, 'SUBJECT'))).size).toBe(1);
      expect(new Set(lines.map((line) => widthBefore(line, 'text'))).size).toBe(1);
      expect(widthBefore(demoHead(columns), 'subject')).toBe(widthBefore(lines[0] ?? '', 'SUBJECT'));
    },
  );

  it('has no ellipsis behind an address that is shown whole', () => {
    for (let columns = 60; columns < 160; columns += 1) {
      expect(demoLine(SHORT, 12.3, columns)).toMatch(/ a@example\.org {2,}SUBJECT /);
    }
  });

  it('is no wider than the terminal, down to 40 columns', () => {
    for (let columns = 40; columns < 160; columns += 1) {
      for (const mail of [SHORT, LONG, WIDE]) {
        for (const line of demoLine(mail, 12.3, columns).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }
    }
  });
});
