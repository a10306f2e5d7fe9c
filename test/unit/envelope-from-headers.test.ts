import { describe, expect, it } from 'vitest';
import { envelopeFromHeaders } from '../../core/smtp/envelope-from-headers.ts';
import { sampleMails } from '../fixtures/samples.ts';

const mail = (...lines: string[]) => Buffer.from(lines.join('\r\n'));

describe('envelopeFromHeaders', () => {
  it.each(sampleMails())('reads the envelope of $name', ({ bytes, facts }) => {
    expect(envelopeFromHeaders(bytes)).toEqual(facts.envelope);
  });

  it.each([
    [
      'Return-Path before Sender before From',
      ['Return-Path: <a@x.org>', 'Sender: b@x.org', 'From: c@x.org'],
      'a@x.org',
    ],
    ['Sender before From', ['From: c@x.org', 'Sender: Robot <b@x.org>'], 'b@x.org'],
    ['the null reverse-path', ['Return-Path: <>', 'From: c@x.org'], ''],
    ['the first of several authors', ['From: c@x.org, d@x.org'], 'c@x.org'],
    ['a folded field', ['From: "Long', ' name"', '\t<c@x.org>'], 'c@x.org'],
    ['nothing from the body', ['Subject: x', '', 'From: c@x.org'], null],
  ])('accepts %s', (_what, lines, mailFrom) => {
    expect(envelopeFromHeaders(mail(...lines)).mailFrom).toBe(mailFrom);
  });

  it('lists each recipient once, groups included', () => {
    const { rcptTo } = envelopeFromHeaders(
      mail('To: A <a@x.org>, team: b@x.org, c@x.org;', 'Cc: a@x.org', 'BCC: d@x.org', '', ''),
    );
    expect(rcptTo).toEqual(['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org']);
  });

  it.each([
    ['no recipient field', 'Subject: x'],
    ['an empty group', 'To: undisclosed-recipients:;'],
    ['no address in it', 'To: nobody'],
    ['a control character', 'To: a\x00b@x.org'],
    ['an empty mail', ''],
  ])('returns null when there is %s', (_what, line) => {
    expect(envelopeFromHeaders(mail(line)).rcptTo).toBeNull();
  });
});
