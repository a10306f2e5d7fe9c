import { describe, expect, it } from 'vitest';
import { emptyContent } from '../../core/mail/content-schema.ts';
import { bounceFromHeaders, kindOf } from '../../core/mail/kind.ts';
import type { Header, ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { BounceRecipient } from '../../core/mail/report-schemas.ts';
import { bounceOfReport } from '../../core/mime/derived/bounce/read-bounce.ts';
import { fieldGroups } from '../../core/mime/derived/report-fields.ts';
import { parsedMail } from '../support/parsed-mail.ts';

const fields = (...lines: string[]): Header[] =>
  lines.map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1).trim() }));
const kind = (lines: string[], more: Partial<ParsedMail> = {}) =>
  kindOf(parsedMail({ headers: fields(...lines), ...more }));
const NULL_SENDER = { envelope: null, headers: fields('Return-Path: <>') };

describe('the kind of a mail', () => {
  it.each([
    ['Auto-Submitted: auto-replied', 'auto-reply'],
    ['AUTO-SUBMITTED: Auto-Replied; owner-email="a@example.org"', 'auto-reply'],
    ['Auto-Submitted: no', 'message'],
    ['Auto-Submitted: auto-generated', 'message'],
    ['Precedence: auto_reply', 'auto-reply'],
    ['X-Autoreply: yes', 'auto-reply'],
    ['X-Autoreply: no', 'message'],
    ['List-Id: Gardeners <gardeners.lists.example.net>', 'list'],
    ['List-Unsubscribe: <mailto:leave@example.net>', 'list'],
    ['Precedence: bulk', 'list'],
    ['Precedence: first-class', 'message'],
    ['X-List-Id: no such field', 'message'],
  ])('%s: %s', (line, expected) => expect(kind([line])).toBe(expected));

  it("is auto-reply for a program's mail when it replies to a mail or reports an absence", () => {
    const generated = 'Auto-Submitted: auto-generated';
    expect(kind([generated], { inReplyTo: ['1@example.org'] })).toBe('auto-reply');
    expect(kind([generated], { subject: 'Automatic reply: Order' })).toBe('auto-reply');
    expect(kind([], { subject: 'Automatic reply: Order' })).toBe('message');
    expect(kind(['Return-Path: <>'], { envelope: null, inReplyTo: ['1@example.org'] })).toBe('auto-reply');
  });

  it("is auto-reply for a program's reply even when it came through a list", () => {
    expect(kind(['Precedence: list', 'Auto-Submitted: auto-replied'])).toBe('auto-reply');
  });

  it.each([
    ['delivered', '2.0.0', 'report'],
    ['relayed', null, 'report'],
    ['deliverable', '2.1.5', 'report'],
    ['undeliverable', '5.1.1', 'bounce'],
    ['none', null, 'bounce'],
    ['failed', '5.1.1', 'bounce'],
    ['failed', '2.0.0', 'bounce'],
    ['delayed', '4.4.1', 'bounce'],
  ])('of a delivery status %s %s is %s', (action, status, expected) => {
    const lines = [`Final-Recipient: rfc822; k@peer.example`, `Action: ${action}`, `Status: ${status ?? 'none'}`, ''];
    const source = { ...emptyContent(), header: emptyContent(), captured: [], capturedInside: new Map() };
    const bounce = bounceOfReport(fieldGroups(Buffer.from(lines.join('\n'))), source);
    expect(kind([], { bounce })).toBe(expected);
    const failed = { ...bounce.recipients[0], recipient: 'x', action: 'failed' } as BounceRecipient;
    expect(kind([], { bounce: { ...bounce, recipients: [...bounce.recipients, failed] } })).toBe('bounce');
  });

  it('is calendar for a request or a reply, not for a file', () => {
    const calendar = (method: string | null) => kind([], { calendar: { partId: '2', method, events: [] } });
    expect([calendar('REQUEST'), calendar('REPLY'), calendar('PUBLISH'), calendar(null)]).toEqual([
      'calendar',
      'calendar',
      'message',
      'message',
    ]);
  });
});

describe('a bounce without a report', () => {
  it('has the null sender and a known subject, and is marked as such', () => {
    const mail = parsedMail({ ...NULL_SENDER, subject: 'Undelivered Mail Returned to Sender', inReplyTo: ['1@x'] });
    const bounce = bounceFromHeaders(mail);
    expect(bounce).toMatchObject({ source: 'headers', originalMessageId: '1@x', recipients: [] });
    expect(kindOf({ ...mail, bounce })).toBe('bounce');
  });

  it('names the recipients of X-Failed-Recipients', () => {
    const headers = fields('Return-Path: <>', 'X-Failed-Recipients: a@example.org,\tb@example.org');
    const bounce = bounceFromHeaders(parsedMail({ envelope: null, headers, subject: null }));
    expect(bounce?.recipients).toMatchObject([
      { recipient: 'a@example.org', action: 'failed', status: null },
      { recipient: 'b@example.org' },
    ]);
  });

  it('is not recognised when a person sends that subject, nor without such a subject', () => {
    expect(bounceFromHeaders(parsedMail({ subject: 'Undelivered Mail Returned to Sender' }))).toBeNull();
    expect(bounceFromHeaders(parsedMail({ ...NULL_SENDER, subject: 'Your order' }))).toBeNull();
  });
});
