import { describe, expect, it } from 'vitest';
import { type DedupInput, dedupKeyOf } from '../../core/mail/dedup-key.ts';

const recipient = (address: string) => ({ address, route: null });
const MAIL: DedupInput = {
  id: '01KB0000000000000000000000',
  envelope: { mailFrom: 'a@example.net', rcptTo: [recipient('b@example.com'), recipient('c@example.com')] },
  messageId: '1@example.net',
  date: '2026-11-22T10:00:00.000Z',
  sha256: 'f'.repeat(64),
};

describe('dedupKey', () => {
  it('is the same for a repeated delivery of a mail, whatever the order of its recipients', () => {
    const [b, c] = MAIL.envelope?.rcptTo ?? [];
    if (b === undefined || c === undefined) throw new Error('no recipients');
    const again = {
      ...MAIL,
      id: '01KB0000000000000000000001',
      envelope: { mailFrom: 'a@example.net', rcptTo: [c, b, c] },
    };
    expect(dedupKeyOf(again)).toBe(dedupKeyOf(MAIL));
    expect(dedupKeyOf(MAIL)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, Partial<DedupInput>]>([
    ['sender', { envelope: { mailFrom: 'x@example.net', rcptTo: MAIL.envelope?.rcptTo ?? [] } }],
    ['recipients', { envelope: { mailFrom: 'a@example.net', rcptTo: [recipient('b@example.com')] } }],
    ['bytes', { sha256: 'e'.repeat(64) }],
  ])('differs with other %s', (_what, change) => {
    expect(dedupKeyOf({ ...MAIL, ...change })).not.toBe(dedupKeyOf(MAIL));
  });

  it.each<[string, Partial<DedupInput>]>([
    ['Message-ID', { messageId: null }],
    ['Date', { date: null }],
    ['envelope', { envelope: null }],
  ])('is the id for a mail without %s: two identical alarms are two mails', (_what, change) => {
    expect(dedupKeyOf({ ...MAIL, ...change })).toBe(MAIL.id);
  });
});
