import type { EdgeChanges } from './edge.ts';

/**
 * SMTP dialogs as text, one case per file. Lines:
 *
 *     # why this case exists
 *     settings: {"domains": ["ours.test"]}      changes to the edge's settings, as JSON
 *     C: EHLO client.test                       sends the line and CRLF; \r \n \0 \e \xHH and \\ are escapes
 *     C- half a line                            sends without CRLF
 *     C1- bytes                                 sends without CRLF, each byte in its own segment
 *     C*100: RCPT TO:<r#@ours.test>             sends 100 lines in one write, with # running from 1 to 100
 *     S: 250-mx.test greets …                   expects this reply line; … matches anything
 *     S*100: 250 …                              expects 100 of them
 *     S?: 421 …                                 skips lines until this one
 *     reset                                     the client resets the connection
 *     tls                                       the client starts TLS
 *     closed                                    expects the server to close the connection
 *     mail: From: a@b\r\n\r\nbody\r\n            expects the next stored mail, without its trace header
 *     envelope: {"mailFrom": "a@b.test"}        expects this in the envelope of that mail
 *     mails: 0                                  expects this many stored mails in total
 */
export interface Dialog {
  settings: EdgeChanges;
  steps: Step[];
}

export type Step =
  | { kind: 'send'; bytes: Buffer; segmented: boolean; line: number }
  | { kind: 'expect'; pattern: string; times: number; skipping: boolean; line: number }
  | { kind: 'mail'; bytes: Buffer; line: number }
  | { kind: 'envelope'; value: unknown; line: number }
  | { kind: 'mails'; count: number; line: number }
  | { kind: 'reset' | 'tls' | 'closed'; line: number };

const SEND = /^C(1?)(?:\*(\d+))?([:-])(?: (.*))?$/s;
const EXPECT = /^S(?:\*(\d+)|(\?))?: (.*)$/;

export function parseDialog(text: string): Dialog {
  const dialog: Dialog = { settings: {}, steps: [] };
  for (const [at, content] of text.split('\n').entries()) {
    const line = at + 1;
    if (content === '' || content.startsWith('#')) continue;
    if (content.startsWith('settings: ')) dialog.settings = JSON.parse(content.slice('settings: '.length));
    else dialog.steps.push(parseStep(content, line));
  }
  return dialog;
}

function parseStep(content: string, line: number): Step {
  const send = SEND.exec(content);
  if (send !== null) {
    const [, one, times = '1', end, text = ''] = send;
    const lines = Array.from({ length: Number(times) }, (_, at) =>
      times === '1' ? text : text.replace('#', `${at + 1}`),
    );
    const bytes = Buffer.concat(lines.flatMap((each) => [unescaped(each), Buffer.from(end === ':' ? '\r\n' : '')]));
    return { kind: 'send', bytes, segmented: one === '1', line };
  }
  const expected = EXPECT.exec(content);
  if (expected !== null) {
    const [, times = '1', skip, pattern = ''] = expected;
    return { kind: 'expect', pattern, times: Number(times), skipping: skip === '?', line };
  }
  if (content === 'reset' || content === 'tls' || content === 'closed') return { kind: content, line };
  const [name = '', value = ''] = content.split(/: (.*)/s);
  if (name === 'mail') return { kind: 'mail', bytes: unescaped(value), line };
  if (name === 'envelope') return { kind: 'envelope', value: JSON.parse(value), line };
  if (name === 'mails') return { kind: 'mails', count: Number(value), line };
  throw new Error(`line ${line} is no line of a dialog: ${content}`);
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', '0': '\0', e: '\x1b', '\\': '\\' };

function unescaped(text: string): Buffer {
  const pieces = text.split(/(\\x[0-9a-f]{2}|\\.)/i).map((piece) => {
    if (piece.startsWith('\\x')) return Buffer.from([Number.parseInt(piece.slice(2), 16)]);
    return Buffer.from(piece.startsWith('\\') ? (ESCAPES[piece.slice(1)] ?? piece) : piece);
  });
  return Buffer.concat(pieces);
}

/** Whether a line matches the pattern, where `…` matches anything. */
export function matchesPattern(line: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('…');
  if (!line.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = piece === '' ? line.length : line.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at === line.length;
}
