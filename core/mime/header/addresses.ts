import type { Address } from '../../mail/parsed-mail.ts';
import { isAddrSpec } from './address-form.ts';
import { AddressScanner, type MailboxPieces } from './address-scanner.ts';
import { displayText, oneLine, unicodeOf } from './header-text.ts';

export interface AddressList {
  addresses: Address[];
  /** More than the limit: the rest was not read. */
  tooMany: boolean;
  /** Raw entries with an invalid address (RFC 5322 §3.4.1), or with a name only. */
  invalid: string[];
}

/** An unproblematic mailbox, as in most fields: a name, optionally quoted, and an address. */
const USUAL = /^\s?(?:"([^"\\]*)"|([^\s"<>()[\]\\,;:@][^"<>()[\]\\,;:@]*))?\s?<([\w.+-]+@[\w.-]+)>$/;
const BARE = /^\s?[\w.+-]+@[\w.-]+$/;
/** Longer fields are lists. */
const USUAL_LENGTH = 200;

/**
 * The mailboxes of an address field, members of groups with the group's name. An entry with only a name is kept, with
 * an empty address. Encoded words are decoded in names, after the list was split: their content never becomes an
 * address (RFC 2047 §5).
 *
 * @param raw unfolded, one character a byte
 */
export function parseAddresses(raw: string, hint: string | null, limit: number): AddressList {
  const usual = raw.length < USUAL_LENGTH ? usualMailbox(raw, hint) : null;
  if (usual !== null) return { addresses: [usual], tooMany: false, invalid: [] };
  // Raw bytes are decoded first, so that those of ISO-2022-JP are not taken for brackets. Inside encoded words,
  // however, they
  // are in the charset of the word.
  const mixed = raw.includes('=?');
  const scanner = new AddressScanner(mixed ? raw : unicodeOf(raw, hint));
  const text: Decoding = {
    name: (raw) => oneLine(mixed ? displayText(raw, hint) : raw),
    address: (raw) => oneLine(mixed ? unicodeOf(raw, hint) : raw),
  };
  const list: AddressList = { addresses: [], tooMany: false, invalid: [] };
  for (let pieces = scanner.next(); pieces !== null; pieces = scanner.next()) {
    for (const { name, address } of mailboxesOf(pieces)) {
      const mailbox: Address = {
        name: singleSpaced(text.name(name)),
        address: text.address(address),
        plusTag: plusTagOf(address),
        group: pieces.group === null ? null : text.name(pieces.group).trim(),
      };
      if (mailbox.address === '' && mailbox.name === '') continue;
      if (list.addresses.length === limit) return { ...list, tooMany: true };
      if (!isAddrSpec(address)) list.invalid.push(mailbox.address || mailbox.name);
      list.addresses.push(mailbox);
    }
  }
  return list;
}

/** Encoded words are decoded in names only (RFC 2047 §5). */
interface Decoding {
  name: (raw: string) => string;
  address: (raw: string) => string;
}

function usualMailbox(raw: string, hint: string | null): Address | null {
  if (BARE.test(raw)) {
    const address = raw.trim();
    return { name: '', address, plusTag: plusTagOf(address), group: null };
  }
  const found = USUAL.exec(raw);
  if (found === null) return null;
  const address = found[3] ?? '';
  const name = singleSpaced(oneLine(displayText(found[1] ?? found[2] ?? '', hint)));
  return { name, address, plusTag: plusTagOf(address), group: null };
}

type Mailbox = Pick<Address, 'name' | 'address'>;

function mailboxesOf(pieces: MailboxPieces): Mailbox[] {
  if (pieces.angle !== null) return [angleMailbox(pieces, pieces.angle)];
  const words = pieces.quotedPhrase.trim().split(/\s+/);
  // `a@x b@x`: the comma is missing.
  if (words.length < 2 || !words.every((word) => /^[^"@]+@[^"@]+$/.test(word))) return [bareMailbox(pieces)];
  return words.map((word) => bareMailbox({ ...pieces, phrase: word, quotedPhrase: word }));
}

function angleMailbox(pieces: MailboxPieces, angle: string): Mailbox {
  const phrase = pieces.phrase.trim();
  const spec = addrSpec(angle);
  // `user@example.com <User Name>`: swapped.
  if (!spec.includes('@') && /^\S+@\S+$/.test(phrase)) return { name: angle.trim(), address: phrase };
  return { name: phrase === '' ? pieces.comments.join(' ') : phrase, address: spec };
}

/** Without angle brackets the address is the word that contains `@`, and the rest is the name. */
function bareMailbox(pieces: MailboxPieces): Mailbox {
  const comment = pieces.comments.join(' ');
  const phrase = pieces.phrase.trim();
  if (!phrase.includes('@')) return { name: phrase === '' ? comment : phrase, address: '' };
  if (/^\s*"/.test(pieces.quotedPhrase)) {
    const quoted = /^\s*("(?:[^"\\]|\\.)*")\s*@(.*)$/s.exec(pieces.quotedPhrase);
    if (quoted !== null) return { name: comment, address: addrSpec(`${quoted[1]}@${quoted[2]}`) };
  }
  // Quotes around a whole mailbox, or one that never closes: `"Ada <ada@example.org>`.
  const bracketed = /<([^<>\s]*@[^<>\s]*)>?/.exec(phrase);
  if (bracketed !== null) {
    const name = phrase.replace(bracketed[0], ' ').trim();
    return { name: name === '' ? comment : name, address: bracketed[1] ?? '' };
  }
  const words = joinedAround(phrase).split(/\s+/);
  const index = words.findLastIndex((word) => word.includes('@'));
  const address = words[index] ?? '';
  const name = words.filter((_, i) => i !== index).join(' ');
  return { name: name === '' ? comment : name, address };
}

/** `user @ host`: the blanks are obsolete syntax (RFC 5322 §4.4), as are those around dots between angle brackets. */
function joinedAround(text: string, marks = '@'): string {
  if (!/\s[@.]|[@.]\s/.test(text)) return text;
  let joined = text;
  for (const mark of marks) {
    joined = joined
      .split(mark)
      .map((part, i, parts) => (i === 0 ? part.trimEnd() : i === parts.length - 1 ? part.trimStart() : part.trim()))
      .join(mark);
  }
  return joined;
}

/** The address between angle brackets, without route, comments and the blanks that are allowed there. */
function addrSpec(angle: string): string {
  if (/^[\w.+-]+@[\w.-]+$/.test(angle)) return angle;
  const route = /^\s*@[^:]*:/.exec(angle);
  const spec = route === null ? angle : angle.slice(route[0].length);
  return spec.includes('"') ? spec.trim() : joinedAround(spec.replace(/\([^()]*\)/g, ''), '@.').trim();
}

function singleSpaced(text: string): string {
  return /\s\s|[^\S ]/.test(text) ? text.replace(/\s+/g, ' ').trim() : text.trim();
}

function plusTagOf(address: string): string | null {
  const plus = address.indexOf('+');
  const at = address.lastIndexOf('@');
  return plus <= 0 || plus >= at - 1 ? null : address.slice(plus + 1, at);
}
