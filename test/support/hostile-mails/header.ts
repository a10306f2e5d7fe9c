import { atom, mail, markup, named, run, word } from './parts.ts';

/** Markup in every header field. */
export const HOSTILE_HEADERS: Readonly<Record<string, Buffer>> = {
  'a subject': mail({ fields: [`Subject: ${word(markup('subject'))}`], body: 'x' }),
  'a subject that is not encoded': mail({ fields: [`Subject: ${markup('subject-plain')}`], body: 'x' }),
  'names in addresses': mail({
    fields: [
      `From: ${named('from', 'ann@example.org')}`,
      `To: ${named('to', 'inbox@example.com')}`,
      `Cc: ${named('cc', 'cc@example.com')}`,
      `Reply-To: ${named('reply-to', 'reply@example.com')}`,
      `Sender: ${named('sender', 'sender@example.com')}`,
    ],
    body: 'x',
  }),
  'local parts of addresses': mail({
    fields: [
      `From: "${atom('local-from')}"@example.org`,
      `To: "${atom('local-to')}"@example.com, ${atom('no-address')}`,
    ],
    body: 'x',
  }),
  'domains of addresses': mail({
    fields: [`From: ann@[${atom('domain-from')}]`, `To: bob@${atom('domain-to')}`],
    body: 'x',
  }),
  'groups of addresses': mail({ fields: [`To: "${atom('group')}": ann@example.org, bob@example.org;`], body: 'x' }),
  'the names of header fields': mail({ fields: [`${atom('field-name')}: x`, `X-${atom('field-x')}: x`], body: 'x' }),
  'the values of header fields': mail({
    fields: [`X-Plain: ${markup('field-value')}`, `X-Word: ${word(markup('field-word'))}`],
    body: 'x',
  }),
  'ids of mails': mail({
    fields: [
      `Message-ID: <${atom('message-id')}@example.org>`,
      `In-Reply-To: <${atom('in-reply-to')}@example.org>`,
      `References: <${atom('references')}@example.org>`,
    ],
    body: 'x',
  }),
  'a date': mail({ fields: [`Date: Mon, 23 Nov 2026 10:00:00 +0000 (${markup('date')})`], body: 'x' }),
  'fields that occur twice, and defects': mail({
    fields: [
      `Subject: ${markup('twice-1')}`,
      `Subject: ${markup('twice-2')}`,
      `${atom('no-colon')}`,
      `Date: ${markup('bad-date')}`,
    ],
    body: 'x',
  }),
  'signatures and verdicts of others': mail({
    fields: [
      `DKIM-Signature: v=1; a=rsa-sha256; d=${atom('dkim-domain')}; s=${atom('dkim-selector')}; h=from:${atom('dkim-field')}; bh=eA==; b=eA==`,
      `ARC-Seal: i=1; a=rsa-sha256; d=${atom('arc-domain')}; s=x; cv=none; b=eA==`,
      `Authentication-Results: ${atom('results')}; spf=pass smtp.mailfrom=${atom('results-spf')}`,
      `Received-SPF: pass (${markup('received-spf')})`,
    ],
    body: 'x',
  }),
  'the fields of a list': mail({
    fields: [
      `List-Id: ${markup('list-id')} <list.example.org>`,
      `List-Unsubscribe: <javascript:${run('list-unsubscribe')}>, <https://list-unsubscribe.leak.example/x>`,
      'Precedence: list',
    ],
    body: 'x',
  }),
  'a Content-Type': mail({ type: `text/${atom('content-type')}; charset="${atom('charset')}"`, body: 'x' }),
  'a Content-Transfer-Encoding': mail({ fields: [`Content-Transfer-Encoding: ${atom('encoding')}`], body: 'x' }),
  'a boundary': mail({
    type: `multipart/mixed; boundary="${atom('boundary')}"`,
    body: [`--${atom('boundary')}`, `Content-Id: <${atom('content-id')}>`, '', 'x', `--${atom('boundary')}--`],
  }),
};
