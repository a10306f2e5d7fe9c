import { describe, expect, it } from 'vitest';
import { headerRows, splitMessage } from '../../../core/auth/signed-message.ts';

async function split(mail: string, cut: number, limit = 1_000) {
  async function* chunks() {
    for (let at = 0; at < mail.length; at += cut) yield Buffer.from(mail.slice(at, at + cut));
  }
  const { header, body } = await splitMessage(chunks(), limit);
  const parts: Buffer[] = [];
  for await (const chunk of body) parts.push(chunk);
  return { header: header?.toString() ?? null, body: Buffer.concat(parts).toString() };
}

describe('a signed mail', () => {
  it.each([
    ['A: b\r\n\r\nbody\r\n\r\nmore', 'A: b\r\n\r\n', 'body\r\n\r\nmore'],
    ['A: b\n\nbody\r\n\r\n', 'A: b\n\n', 'body\r\n\r\n'],
    ['A: b\r\n\r\n\n\n', 'A: b\r\n\r\n', '\n\n'],
    ['A: b\r\nstray\r\nC: d\r\n\r\nbody', 'A: b\r\nstray\r\nC: d\r\n\r\n', 'body'],
    ['A: b\r\nno blank line', 'A: b\r\nno blank line', ''],
    ['', '', ''],
  ])('%j is split after the first empty line', async (mail, header, body) => {
    for (const cut of [1, 2, 3, 1_000]) expect(await split(mail, cut)).toEqual({ header, body });
  });

  it('has no header when the header exceeds the limit, and loses no bytes', async () => {
    const mail = `A: ${'x'.repeat(100)}\r\n\r\nbody`;
    for (const cut of [1, 7, 1_000]) {
      expect(await split(mail, cut, 100)).toEqual({ header: null, body: mail });
      expect((await split(mail, cut, 107)).body).toBe('body');
    }
  });
});

it('header rows keep their folding', () => {
  const rows = headerRows(Buffer.from('From : a\r\nSubject: b\n c\r\n\td\r\nstray\r\n\r\n'));
  expect(rows.map(({ key, casedKey, line }) => [key, casedKey, line.toString()])).toEqual([
    ['from', 'From', 'From : a'],
    ['subject', 'Subject', 'Subject: b\r\n c\r\n\td'],
    ['stray', 'stray', 'stray'],
  ]);
});
