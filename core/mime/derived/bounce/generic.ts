import { fieldGroups } from '../report-fields.ts';
import { findingsOf } from './delivery-status.ts';
import type { Letter } from './letter.ts';
import { tellsWhy } from './reason.ts';
import type { Finding } from './recipient.ts';
import { ADDRESS, ANYWHERE, isCoded, says, Telling } from './telling.ts';

const RECIPIENT_LIMIT = 1_000;
/** Maximum lines about one recipient. */
const BLOCK_LINES = 40;

/** A line that begins with the address it is about: alone, or followed by the reason. */
const HEAD = new RegExp(
  String.raw`^[\s>*•·–-]{0,40}(?:\d{1,3}[.)]\s+)?((?:\d{3}|(?:to|recipient|addressed to):?)\s+)?["'(\[]?<?(?:rfc822;|smtp:|mailto:)?(${ADDRESS})>?["'\])]?(?:\s?[<\[(](?:mailto:)?${ADDRESS}[>\])])?(?=\s*(?:$|:|;|\[|invalid\b|,?\s*\.\.\.|\(|-{1,2}\s|=\s|on\s|\t|,\s*(?:$|\S{1,30}$)|\s(?:failed|was|is|could|has|does)))\)?\s*[:;,]?\s*(.*)$`,
  'iu',
);
const RCPT_TO = new RegExp(String.raw`RCPT\s+TO:?\s*<?(${ADDRESS})`, 'giu');

/** Lines that end the text about a recipient. */
const FOOTER =
  /^\s*(?:no action is required|this (?:is a|message was|nondelivery)|for (?:further|more) (?:assistance|information)|if you (?:do|require|sent|have|feel|think|continue)|please (?:contact|do|check|see)|-{10,}|={10,}|\*{10,}|_{10,}|the original message|your message was also)/i;

/** Lines about somebody other than the recipient. */
const ELSEWHERE =
  /\b(?:return-?path|envelope sender|reply-?to|sender|contact|help|assistance|questions|support|message-?id|mail from|from:?|on behalf of|postmaster)\b/i;

/** What all dialects have in common: fields of RFC 3464 in the text, paragraphs that begin with an address, codes. */
export function readGeneric(letter: Letter): Finding[] {
  const fields = fieldsInText(letter.text);
  if (fields.length > 0) return fields;
  const action = actionOf(letter);
  const rest = new Telling(letter.lines);
  const blocks = blocksOf(letter, action, rest);
  const known = letter.failedRecipients;
  if (known.length > 0) {
    const byAddress = new Map(blocks.map((block) => [block.recipient.toLowerCase(), block]));
    return known.map((recipient) => {
      const block = byAddress.get(recipient.toLowerCase());
      return { recipient, action, diagnostic: block?.diagnostic ?? rest.of(recipient) };
    });
  }
  if (blocks.length > 0) return blocks;
  const passedOn = fieldsInText(letter.returned);
  if (passedOn.length > 0) return passedOn;
  return mentioned(letter).map((recipient) => ({ recipient, action, diagnostic: rest.of(recipient) }));
}

/** Fields of RFC 3464 §2.3 within the text: Amazon WorkMail, Yandex, mails with a broken boundary. */
function fieldsInText(text: string): Finding[] {
  const start = /^[ \t]*(?:Final-Recipient|Original-Recipient|Action)[ \t]*:/im.exec(text)?.index;
  if (start === undefined || !/^[ \t]*(?:Final|Original)-Recipient[ \t]*:/im.test(text)) return [];
  const block = text.slice(start).replace(/^[ \t]+(?=[\w-]{3,40}[ \t]*:)/gm, '');
  return findingsOf(fieldGroups(Buffer.from(block)));
}

/** Whether the server is still trying. */
export function actionOf({ subject, text }: Letter): Finding['action'] {
  const start = `${subject}\n${text.slice(0, 3_000)}`;
  const gaveUp =
    /giving up|gave up|permanent|returned|could not be delivered|failed permanently|has been removed from/i;
  const tries =
    /\(delay|delayed \d|has been delayed|warning message only|has not yet been delivered|not yet been able|will (?:be retried|continue|keep trying|retry)|delivery attempts will continue|still trying|has been frozen|was frozen on|warning: (?:message|could not)|delivery (?:is )?delayed|you do not need to resend/i;
  return tries.test(start) && !gaveUp.test(subject) ? 'delayed' : 'failed';
}

function blocksOf(letter: Letter, action: Finding['action'], others: Telling): Finding[] {
  const { lines, to } = letter;
  const heads: { at: number; recipient: string; labelled: boolean; rest: string }[] = [];
  for (const [at, line] of lines.entries()) {
    if (!line.includes('@')) continue;
    const found = HEAD.exec(line);
    const [, label = '', recipient, rest = ''] = found ?? [];
    if (recipient === undefined || isQuoted(lines, at)) continue;
    const coded = /^\d/.test(label);
    heads.push({ at, recipient, labelled: label !== '' && !coded, rest: coded ? line.trim() : rest });
    if (heads.length >= RECIPIENT_LIMIT) break;
  }
  const chosen = preferred(
    preferred(heads, ({ recipient }) => !to.has(recipient.toLowerCase())),
    (one) => !one.labelled,
  );
  const found = new Map<string, Finding>();
  for (const [i, { at, recipient, rest }] of chosen.entries()) {
    const end = chosen[i + 1]?.at ?? lines.length;
    const own = blockText(rest, lines.slice(at + 1, Math.min(end, at + 1 + BLOCK_LINES)));
    const key = recipient.toLowerCase();
    const earlier = found.get(key);
    if (earlier !== undefined && (own === '' || isCoded(earlier.diagnostic) || (earlier.diagnostic && !isCoded(own))))
      continue;
    found.set(key, { recipient, action, diagnostic: own || null });
  }
  return [...found.values()].map((one) => ({
    ...one,
    diagnostic: says(one.diagnostic) ? one.diagnostic : (others.of(one.recipient) ?? one.diagnostic),
  }));
}

/** Whether the line is part of a dialogue or a wrapped sentence, and therefore not a head. */
function isQuoted(lines: readonly string[], at: number): boolean {
  const before = lines[at - 1] ?? '';
  return (
    /^\s*<<<|^\s*>>> (?:RCPT|MAIL)/i.test(lines[at] ?? '') ||
    /(?:RCPT TO|MAIL FROM):\s*$|(?:\buser|illegal user|address|recipient|mailbox):$/i.test(before)
  );
}

/** The paragraphs about one recipient: up to a code, otherwise the first with a reason, otherwise all. */
function blockText(rest: string, following: readonly string[]): string {
  const kept: string[] = rest.trim() === '' ? [] : [rest.trim()];
  let worded: string | null = null;
  for (const line of following) {
    const blank = line.trim() === '';
    if (blank && kept.length > 0) {
      const text = kept.join(' ');
      if (isCoded(text)) return unwrapped(text);
      if (worded === null && tellsWhy(text)) worded = text;
    }
    if (!blank && FOOTER.test(line)) break;
    if (!blank) kept.push(line.trim());
  }
  const text = kept.join(' ');
  return unwrapped(worded === null || isCoded(text) ? text : worded);
}

/** Sendmail's `(reason: …)` and the like around a diagnostic. */
function unwrapped(text: string): string {
  const bare = text.replace(/^\((?:expanded|ultimately|unrecoverable error|reason: )\s*/i, '').trim();
  return bare !== text && bare.endsWith(')') && !bare.includes('(') ? bare.slice(0, -1) : bare;
}

function preferred<T>(all: readonly T[], by: (one: T) => boolean): readonly T[] {
  const some = all.filter(by);
  return some.length > 0 ? some : all;
}

/** Addresses in the letter other than its sender and its recipient, for letters in which no line begins with one. */
function mentioned({ lines, text, to, from }: Letter): string[] {
  const asked = [...text.matchAll(RCPT_TO)].slice(0, RECIPIENT_LIMIT).map((found) => found[1] ?? '');
  if (asked.length > 0) return unique(asked);
  const own = new Set([...to, from?.address.toLowerCase() ?? '']);
  const strict: string[] = [];
  const loose: string[] = [];
  for (const line of lines) {
    if (!line.includes('@') || strict.length + loose.length > RECIPIENT_LIMIT) continue;
    for (const [address] of line.matchAll(ANYWHERE)) {
      if (own.has(address.toLowerCase())) continue;
      (ELSEWHERE.test(line.slice(0, line.indexOf(address))) ? loose : strict).push(address);
    }
  }
  return strict.length > 0 ? unique(strict) : unique(loose).slice(0, 1);
}

export function unique(addresses: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const address of addresses) if (!seen.has(address.toLowerCase())) seen.set(address.toLowerCase(), address);
  return [...seen.values()];
}
