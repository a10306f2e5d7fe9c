import { expect, it } from 'vitest';
import { threadIdOf } from '../../core/mail/thread-id.ts';

const NONE = { id: 'ID', subject: null, messageId: null, inReplyTo: [], references: [] };

it('names a thread by References, then In-Reply-To, then the mail itself', () => {
  const mail = { ...NONE, subject: 'Re: x', messageId: 'own@x', inReplyTo: ['parent@x'], references: ['first@x', 'b'] };
  expect(threadIdOf(mail)).toBe('first@x');
  expect(threadIdOf({ ...mail, references: [] })).toBe('parent@x');
  expect(threadIdOf({ ...mail, subject: 'x', references: [], inReplyTo: [] })).toBe('own@x');
  expect(threadIdOf(NONE)).toBe('ID');
});

it('ties answers that name no mail together by their subject', () => {
  const thread = (subject: string) => threadIdOf({ ...NONE, messageId: 'own@x', subject });
  for (const subject of ['Re: Zwölf  Kisten', 'AW: Re: zwölf kisten', 'Re[2]: Zwölf Kisten ', '回复：Zwölf Kisten']) {
    expect(thread(subject)).toBe('subject:zwölf kisten');
  }
  for (const subject of ['Zwölf Kisten', 'Re:', 'Result: none', 'Rehearsal']) expect(thread(subject)).toBe('own@x');
});

it('is never longer than a Message-ID can be', () => {
  expect(threadIdOf({ ...NONE, subject: `Re: ${'x'.repeat(100_000)}` })).toHaveLength(64);
  expect(threadIdOf({ ...NONE, references: ['x'.repeat(2_000)] })).toHaveLength(64);
});
