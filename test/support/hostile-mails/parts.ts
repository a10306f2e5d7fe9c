/**
 * Building blocks of hostile mails. Markup names the place it is in: scripts that run call `ranScript` with that name,
 * and resources that load request `<name>.leak.example` (RFC 2606).
 */
export const run = (name: string): string => `(self.ranScript||top.ranScript)('${name}')`;

/** Breaks out of text, attributes, titles, text fields, comments and scripts, then runs and loads in four ways. */
export const markup = (name: string): string =>
  `"'></title></textarea></script>--><img src="https://${name}.leak.example/x" onerror="${run(name)}">` +
  `<script>${run(name)}</script><svg/onload="${run(name)}"><iframe srcdoc="<script>${run(name)}</script>">`;

/** Has no blanks, quotes or colons, for places that accept only an atom. */
export const atom = (name: string): string => `<svg/onload=ranScript\`${name}\`>`;

/** An encoded word, which can carry anything (RFC 2047). */
export const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
export const named = (name: string, address: string): string => `${word(markup(name))} <${address}>`;
/** `name*=` of RFC 2231. */
export const parameter = (name: string, value: string): string => `${name}*=utf-8''${encodeURIComponent(value)}`;

interface MailParts {
  fields?: readonly string[];
  type?: string;
  body: string | readonly string[];
}

export function mail({ fields = [], type = 'text/plain; charset=utf-8', body }: MailParts): Buffer {
  const given = new Set(fields.map((field) => field.slice(0, field.indexOf(':')).toLowerCase()));
  const usual = ['From: Ann <ann@example.org>', 'To: inbox@example.com', 'Subject: hostile'];
  const missing = usual.filter((field) => !given.has(field.slice(0, field.indexOf(':')).toLowerCase()));
  const lines = [...missing, ...fields, `Content-Type: ${type}`, '', ...(typeof body === 'string' ? [body] : body), ''];
  return Buffer.from(lines.join('\r\n').replace(/\r?\n/g, '\r\n'));
}

export function multipart(type: string, parts: readonly (readonly string[])[], fields: readonly string[] = []): Buffer {
  const body = parts.flatMap((lines) => ['--bound', ...lines]);
  return mail({ fields, type: `${type}; boundary=bound`, body: [...body, '--bound--'] });
}

export const file = (type: string, filename: string, bytes: string | Buffer, ...fields: string[]): string[] => [
  `Content-Type: ${type}`,
  `Content-Disposition: attachment; ${parameter('filename', filename)}`,
  'Content-Transfer-Encoding: base64',
  ...fields,
  '',
  ...(Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,76}/g) ?? []),
];
export const attached = (...parts: readonly (readonly string[])[]): Buffer => multipart('multipart/mixed', parts);

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
