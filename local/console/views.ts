import { allAttachments } from '../../core/mail/attachments.ts';
import type { Address, ParsedMail } from '../../core/mail/parsed-mail.ts';
import { type Html, html } from './html.ts';
import type { MailPage } from './mails.ts';
import { page } from './page.ts';

export function listView({ mails, olderThan }: MailPage, isFirstPage: boolean): string {
  const rows = mails.map(({ id, mail }) =>
    mail === null
      ? html`<tr><td colspan="4">${id}<td>cannot be read: <a href="/mails/${id}.json">document</a>`
      : html`<tr>
<td>${time(mail.receivedAt)}
<td><bdi>${addresses(mail.from)}</bdi>
<td><a href="/mails/${id}"><bdi>${mail.subject || '(no subject)'}</bdi></a>
<td>${mail.attachments.length || ''}
<td>${mail.defects.length || ''}`,
  );
  const table = html`<table>
<thead><tr><th>Received (UTC)<th>From<th>Subject<th>Attachments<th>Defects</thead>
<tbody>${rows}</tbody></table>`;
  return page(
    'Mails',
    html`<h1>Mails</h1>
${mails.length === 0 ? html`<p>There are no mails here yet.` : table}
<p>${isFirstPage ? '' : html`<a href="/">Newest</a> `}${olderThan === null ? '' : html`<a href="/?before=${olderThan}">Older</a>`}`,
  );
}

export function mailView(mail: ParsedMail): string {
  const subject = mail.subject || '(no subject)';
  return page(
    subject,
    html`<p><a href="/">Mails</a>
<h1><bdi>${subject}</bdi></h1>
<table>
${row('From', addresses(mail.from))}
${row('To', addresses(mail.to))}
${mail.cc.length === 0 ? '' : row('Cc', addresses(mail.cc))}
${row('Envelope', mail.envelope === null ? 'none' : envelope(mail.envelope))}
${row('Received', `${time(mail.receivedAt)} UTC`)}
${row('Size', `${mail.raw.size} bytes`)}
<tr><th>Attachments<td>${attachmentList(mail)}
<tr><th>Steps<td>${stepList(mail)}
<tr><th>Defects<td>${defectList(mail)}
</table>
<p><a href="/mails/${mail.id}.json">Document</a> · <a href="/mails/${mail.id}/raw">Raw mail</a>
<pre>${JSON.stringify(mail, null, 2)}</pre>`,
  );
}

export function errorView(title: string, detail: string): string {
  return page(title, html`<h1>${title}</h1><p>${detail}<p><a href="/">Mails</a>`);
}

function attachmentList(mail: ParsedMail): Html | string {
  const attachments = allAttachments(mail.attachments);
  if (attachments.length === 0) return 'none';
  return html`${attachments.map(
    ({ partId, filename, contentType, size }) =>
      html`<a href="/mails/${mail.id}/attachments/${encodeURIComponent(partId)}"><bdi>${filename ?? `part ${partId}`}</bdi></a> (${contentType}, ${size} bytes)<br>`,
  )}`;
}

/** What was done beside reading it, and why not. */
function stepList(mail: ParsedMail): Html | string {
  if (mail.steps.length === 0) return 'none';
  return html`${mail.steps.map(
    ({ name, partId, status, provider, ms, reason }) =>
      html`<code>${name}</code>${partId === null ? '' : ` of part ${partId}`}: ${status}${provider === null ? '' : ` by ${provider}`} in ${Math.round(ms)} ms${reason === null ? '' : html`: <bdi>${reason}</bdi>`}<br>`,
  )}`;
}

function defectList(mail: ParsedMail): Html | string {
  if (mail.defects.length === 0) return 'none';
  return html`${mail.defects.map(
    ({ code, partId, detail }) =>
      html`<code>${code}</code>${partId === null ? '' : ` in part ${partId}`}: <bdi>${detail}</bdi><br>`,
  )}`;
}

const row = (name: string, value: string): Html => html`<tr><th>${name}<td><bdi>${value}</bdi>`;
const time = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

function addresses(list: readonly Address[]): string {
  return list.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ');
}

function envelope({ mailFrom, rcptTo, remoteAddress, helo, tls }: NonNullable<ParsedMail['envelope']>): string {
  return `<${mailFrom}> to ${rcptTo.join(', ')}, by ${helo} [${remoteAddress}], ${tls?.version ?? 'without TLS'}`;
}
