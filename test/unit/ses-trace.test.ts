import { describe, expect, it } from 'vitest';
import type { Header } from '../../core/mail/parsed-mail.ts';
import { sesTrace } from '../../core/mail/ses-trace.ts';
import { SENT_MAIL, SES_MESSAGE_ID, SES_TRACE } from '../support/ses-mail.ts';

const KEY = `ses/${SES_MESSAGE_ID}`;

/** Unfolded headers, as the reader returns them. */
function headers(lines: readonly string[]): Header[] {
  const text = lines.slice(0, lines.includes('') ? lines.indexOf('') : undefined).join('\n');
  return text
    .replace(/\n[ \t]/g, ' ')
    .split('\n')
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));
}

const REAL = headers([...SES_TRACE, ...SENT_MAIL]);
const without = (name: string) => REAL.filter((header) => header.name !== name);
const withValue = (name: string, value: string) =>
  REAL.map((header) => (header.name === name ? { ...header, value } : header));

describe('the trace of SES', () => {
  it('has sender, recipient, client and verdicts', () => {
    expect(sesTrace(KEY, REAL)).toEqual({
      envelope: {
        mailFrom: 'ann@example.net',
        rcptTo: ['orders@example.com'],
        remoteAddress: '192.0.2.50',
        remotePort: 0,
        helo: 'mail-wm1-f50.example.net',
        tls: null,
        smtpUtf8: false,
      },
      said: { messageId: SES_MESSAGE_ID, spam: 'PASS', virus: 'GRAY', envelopeFrom: 'headers' },
    });
  });

  it('may name no recipient, no sender and no verdict', () => {
    const received = `from h ([2001:db8::1]) by inbound-smtp.us-east-1.amazonaws.com with SMTP id ${SES_MESSAGE_ID}; Sun, 22 Nov 2026`;
    const sparse = withValue('Received', received)
      .map((header) => (header.name === 'Return-Path' ? { ...header, value: '<>' } : header))
      .filter(({ name }) => !/Verdict|SPF|Authentication/.test(name));
    expect(sesTrace(KEY, sparse)).toMatchObject({
      envelope: { mailFrom: '', rcptTo: [], remoteAddress: '2001:db8::1' },
      said: { spam: null, virus: null },
    });
  });

  it.each([
    ['outside ses/', 'raw/a.eml', REAL],
    ['with the id of another object', 'ses/other', REAL],
    ['behind the first field of the sender', KEY, [...headers(SENT_MAIL), ...headers(SES_TRACE)]],
    ['without its receipt', KEY, without('X-SES-RECEIPT')],
    [
      'from another server',
      KEY,
      withValue('Received', `from h ([192.0.2.1]) by mx.example.org with SMTP id ${SES_MESSAGE_ID}; x`),
    ],
    ['with a field of the sender in it', KEY, [...REAL.slice(0, 2), { name: 'From', value: 'x' }, ...REAL.slice(2)]],
    ['of a mail without a header', KEY, []],
  ])('is not trusted %s', (_, key, fields) => {
    expect(sesTrace(key, fields)).toBeNull();
  });

  it('cannot be forged by a sender', () => {
    const forged = headers(['X-SES-Spam-Verdict: FAIL', 'X-SES-Virus-Verdict: PASS', 'X-SES-RECEIPT: forged']);
    expect(sesTrace(KEY, [...REAL, ...forged])).toEqual(sesTrace(KEY, REAL));
  });
});
