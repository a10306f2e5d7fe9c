import { printable, shortened } from '../core/log/printable.ts';
import { DEFECT_CODES, type DefectCode } from '../core/mail/defects.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import { NOT_AUTHENTICATED } from '../parse/compose.ts';

const TEXT_LINES = 10;
const LINE_CHARACTERS = 100;
const ADDRESSES = 5;
const DETAILS = 5;

/** A report on one mail for people; every line is safe for a terminal, whatever the mail contains. */
export function mailReport(mail: ParsedMail): string {
  const lines = [...overview(mail), ...text(mail), ...attachments(mail), ...defects(mail)];
  return lines.map((line) => `${printable(line).trimEnd()}\n`).join('');
}

function overview(mail: ParsedMail): string[] {
  const fields: [name: string, value: string | null][] = [
    ['From', addresses(mail.from) ?? '(none)'],
    ['To', addresses(mail.to)],
    ['Cc', addresses(mail.cc)],
    ['Subject', mail.subject ?? '(none)'],
    ['Date', mail.date],
    ['Message-ID', mail.messageId],
    ['Kind', mail.kind],
    ['Bounced', bounced(mail)],
    ['Auth', [NOT_AUTHENTICATED, ...signatures(mail)].join('; ')],
    ['Size', `${mail.raw.size} bytes, sha256 ${mail.raw.sha256}`],
    ['Ambiguous', mail.ambiguous ? 'yes: other programs may read this mail differently, see the defects' : 'no'],
  ];
  return fields.flatMap(([name, value]) =>
    value === null ? [] : [`${`${name}:`.padEnd(12)}${shortened(value, 300)}`],
  );
}

function addresses(list: ParsedMail['to']): string | null {
  if (list.length === 0) return null;
  const shown = list
    .slice(0, ADDRESSES)
    .map(({ name, address }) => (name === '' ? address : `${shortened(name, 60)} <${shortened(address, 100)}>`));
  return [...shown, ...more(list.length, ADDRESSES)].join(', ');
}

function bounced({ bounce }: ParsedMail): string | null {
  if (bounce === null) return null;
  const { recipients } = bounce;
  const shown = recipients
    .slice(0, ADDRESSES)
    .map(({ recipient, action, status }) =>
      [shortened(recipient, 100), action, status].filter((part) => part !== null).join(' '),
    );
  return [...shown, ...more(recipients.length, ADDRESSES)].join(', ') || 'names no recipient';
}

/** The domains that claim to have signed the mail; nothing is verified offline. */
function signatures({ headers }: ParsedMail): string[] {
  const domains = headers.flatMap(({ name, value }) =>
    name.toLowerCase() === 'dkim-signature' ? (/(?:^|;)\s*d\s*=\s*([^;\s]+)/.exec(value)?.[1] ?? []) : [],
  );
  return domains.length === 0 ? [] : [`has a DKIM signature of ${[...new Set(domains)].slice(0, 3).join(', ')}`];
}

function text({ text, html }: ParsedMail): string[] {
  if (text === null) return ['', html === null ? 'No text' : `No plain text; ${html.length} characters of HTML`];
  const lines = text.trim().split(/\r?\n/);
  const shown = lines.slice(0, TEXT_LINES).map((line) => `  ${shortened(line, LINE_CHARACTERS)}`);
  return ['', 'Text:', ...shown, ...more(lines.length, TEXT_LINES).map((rest) => `  … ${rest} lines`)];
}

function attachments(mail: ParsedMail): string[] {
  if (mail.attachments.length === 0) return ['', 'No attachments'];
  const list = mail.attachments.flatMap(({ partId, filename, contentType, detectedType, size, sha256, key }) => {
    const looksLike = detectedType === null || detectedType === contentType ? '' : `, looks like ${detectedType}`;
    return [
      `  ${partId}  ${filename ?? '(no name)'}  ${shortened(contentType, 100)}${looksLike}  ${size} bytes`,
      `      sha256 ${sha256}`,
      ...(key === '' ? [] : [`      written to ${key}`]),
    ];
  });
  return ['', `Attachments: ${mail.attachments.length}`, ...list];
}

function defects(mail: ParsedMail): string[] {
  if (mail.defects.length === 0) return ['', 'No defects'];
  const byCode = new Map<DefectCode, string[]>();
  for (const { code, partId, detail } of mail.defects) {
    const where = partId === null ? '' : `part ${partId}: `;
    byCode.set(code, [...(byCode.get(code) ?? []), `${where}${shortened(detail, LINE_CHARACTERS)}`]);
  }
  const list = [...byCode].flatMap(([code, details]) => [
    `  ${code}: ${DEFECT_CODES[code]}`,
    ...details.slice(0, DETAILS).map((detail) => `      ${detail}`),
    ...more(details.length, DETAILS).map((rest) => `      ${rest}`),
  ]);
  return ['', `Defects: ${mail.defects.length}`, ...list];
}

const more = (count: number, shown: number): string[] => (count > shown ? [`and ${count - shown} more`] : []);
