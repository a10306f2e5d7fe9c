import { describe, expect, it } from 'vitest';
import { threadIdOf } from '../../core/mail/thread-id.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { cpuTimed } from '../support/cpu-time.ts';
import { readMail } from './mime/read-mail.ts';

const NONE = { id: 'ID', subject: null, messageId: null, inReplyTo: [], references: [] };
const bySubject = (subject: string) => threadIdOf({ ...NONE, messageId: 'own@x', subject });

it('a thread is named by References, then In-Reply-To, then the mail itself', () => {
  const mail = { ...NONE, subject: 'Re: x', messageId: 'own@x', inReplyTo: ['parent@x'], references: ['first@x', 'b'] };
  expect(threadIdOf(mail)).toBe('first@x');
  expect(threadIdOf({ ...mail, references: [] })).toBe('parent@x');
  expect(threadIdOf({ ...mail, subject: 'x', references: [], inReplyTo: [] })).toBe('own@x');
  expect(threadIdOf(NONE)).toBe('ID');
});

describe('replies that name no mail are tied together by their subject', () => {
  it.each([
    ...['Re', 'RE', 're', 'AW', 'Antw', 'Antwort', 'SV', 'Sv', 'VS', 'RIF', 'R', 'RES', 'Odp', 'YNT', 'Vá'],
    ...['ΑΠ', 'Отв', 'Ответ', 'השב', 'رد', '回复', '回覆', '答复', '返信', '답장', 'ATB', 'BLS'],
    ...[
      'Fw',
      'FW',
      'Fwd',
      'WG',
      'TR',
      'RV',
      'ENC',
      'VB',
      'VL',
      'I',
      'PD',
      'Doorst',
      'İLT',
      'Továbbítás',
      '转发',
      '轉寄',
      '전달',
    ],
  ])('%s:', (prefix) => {
    expect(bySubject(`${prefix}: Zwölf Kisten`)).toBe('subject:zwölf kisten');
  });

  it.each([
    'Re: Re: Zwölf Kisten',
    'AW: Re: FWD: zwölf kisten',
    'Re:Re:Zwölf Kisten',
    'Re[2]: Zwölf Kisten',
    'Re(2): Zwölf Kisten',
    'Re^2: Zwölf Kisten',
    'RE : Zwölf Kisten',
    'TR\u00a0: Zwölf Kisten',
    '回复：Zwölf Kisten',
    '  Re:\t Zwölf \u00a0 Kisten  ',
    'Re: ZWO\u0308LF KISTEN',
    '[orders] Re: Zwölf Kisten',
    'Re: [orders] Zwölf Kisten',
    'Re: [orders] AW: [a list] Zwölf Kisten',
    '[Fwd: Zwölf Kisten]',
    '[Fwd: Re: Zwölf Kisten]',
  ])('%s', (subject) => {
    expect(bySubject(subject)).toBe('subject:zwölf kisten');
  });

  it.each([
    'Zwölf Kisten',
    '[orders] Zwölf Kisten',
    'Re:',
    'Re: [orders]',
    'Result: none',
    'Ref: order 117',
    'Rehearsal',
    'Re',
    '',
  ])('not: %s', (subject) => expect(bySubject(subject)).toBe('own@x'));

  it('but not when ticket numbers differ', () => {
    expect(bySubject('Re: [#117] Kisten')).toBe('subject:[#117] kisten');
  });
});

describe('the thread of a mail with broken fields', () => {
  const of = async (...fields: string[]) => {
    const { content } = await readMail(
      new StreamingMimeReader(),
      [...fields, 'Message-ID: <own@x>', '', 'x'].join('\r\n'),
    );
    return threadIdOf({ id: 'ID', ...content });
  };

  it.each([
    ['<first@x><second@x>', 'first@x'],
    ['<first@x>,<second@x>', 'first@x'],
    ['<cut <first@x>', 'first@x'],
    ['first@x second@x', 'first@x'],
    ['<fir\r\n st@x> <second@x>', 'first@x'],
    ['(comment) <first@x>', 'first@x'],
    ['<>', 'parent@x'],
    ['garbage', 'parent@x'],
    ['', 'parent@x'],
  ])('References: %s', async (references, thread) => {
    expect(await of(`References: ${references}`, 'In-Reply-To: <parent@x>')).toBe(thread);
  });

  it('is found although In-Reply-To is a sentence, as in RFC 822', async () => {
    expect(await of('In-Reply-To: Your message of "Mon, 1 Jul 2003" <parent@x>')).toBe('parent@x');
    expect(await of('In-Reply-To: your call this morning')).toBe('own@x');
  });
});

describe('the thread of a mail with hostile fields', () => {
  it('is never longer than a Message-ID can be', () => {
    expect(bySubject(`Re: ${'x'.repeat(100_000)}`)).toHaveLength(64);
    expect(threadIdOf({ ...NONE, references: ['x'.repeat(2_000)] })).toHaveLength(64);
  });

  it.each([
    ['blanks', `Re${' '.repeat(128_000)}x`],
    ['prefixes', 'Re: '.repeat(32_000)],
    ['tags', '[a] '.repeat(32_000)],
    ['brackets', '['.repeat(128_000)],
  ])('takes no time for %s', async (_name, subject) => {
    const { ms } = await cpuTimed(() => bySubject(subject));
    expect(ms).toBeLessThan(2_000);
  });
});
