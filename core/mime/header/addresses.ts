import type { Address } from '../../mail/parsed-mail.ts';
import { AddressScanner, type MailboxPieces } from './address-scanner.ts';
import { displayText, oneLine, unicodeOf } from './header-text.ts';

export interface AddressList {
  addresses: Address[];
  /** More than the limit: the rest was not read. */
  tooMany: boolean;
  /** Entries without anything that reads as an address, as they stand. */
  invalid: string[];
}

/** One mailbox without anything to doubt, as most fields have: a name, perhaps quoted, and an address. */
const USUAL = /^\s?(?:"([^"\\]*)"|([^\s"<>()[\]\\,;:@][^"<>()[\]\\,;:@]*))?\s?<([\w.+-]+@[\w.-]+)>$/;
const BARE = /^\s?[\w.+-]+@[\w.-]+$/;
/** Longer fields are lists. */
const USUAL_LENGTH = 200;

/**
 * The mailboxes of an address field, members of groups with the group's name. An entry that has a name only is kept,
 * with an empty address. Encoded words are decoded in names, after the list is cut: what they hold never becomes an
 * address (RFC 2047 §5).
 *
 * @param raw unfolded, one character a byte
 */
export function parseAddresses(raw: string, hint: string | null, limit: number): AddressList {
  const usual = raw.length < USUAL_LENGTH ? usualMailbox(raw, hint) : null;
  if (usual !== null) return { addresses: [usual], tooMany: false, invalid: [] };
  // Raw bytes are decoded first, so that those of ISO-2022-JP are not taken for brackets; but inside encoded words
  // they are in the charset of the word.
  const mixed = raw.includes('=?');
  const scanner = new AddressScanner(mixed ? raw : unicodeOf(raw, hint));
  const decode = (text: string) => oneLine(mixed ? displayText(text, hint) : text);
  const list: AddressList = { addresses: [], tooMany: false, invalid: [] };
  for (let pieces = scanner.next(); pieces !== null; pieces = scanner.next()) {
    for (const address of mailboxesOf(pieces, decode)) {
      if (address.address === '' && address.name === '') continue;
      if (list.addresses.length === limit) return { ...list, tooMany: true };
      if (!address.address.includes('@')) list.invalid.push(address.address || address.name);
      list.addresses.push(address);
    }
  }
  return list;
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

function mailboxesOf(pieces: MailboxPieces, decode: (text: string) => string): Address[] {
  const words = pieces.angle === null ? pieces.quotedPhrase.trim().split(/\s+/) : [];
  // `a@x b@x`: the comma is missing.
  if (words.length < 2 || !words.every((word) => /^[^"@]+@[^"@]+$/.test(word))) return [mailboxOf(pieces, decode)];
  return words.map((word) => mailboxOf({ ...pieces, phrase: word, quotedPhrase: word }, decode));
}

function mailboxOf(pieces: MailboxPieces, decode: (text: string) => string): Address {
  const { name, address } = pieces.angle === null ? bareMailbox(pieces) : angleMailbox(pieces, pieces.angle);
  const group = pieces.group === null ? null : decode(pieces.group).trim();
  return { name: singleSpaced(decode(name)), address: decode(address), plusTag: plusTagOf(address), group };
}

function angleMailbox(pieces: MailboxPieces, angle: string): { name: string; address: string } {
  const phrase = pieces.phrase.trim();
  const spec = addrSpec(angle);
  // `user@example.com <User Name>`: the wrong way round.
  if (!spec.includes('@') && /^\S+@\S+$/.test(phrase)) return { name: angle.trim(), address: phrase };
  return { name: phrase === '' ? pieces.comments.join(' ') : phrase, address: spec };
}

/** Without angle brackets the address is the word with an `@` in it, the rest is the name. */
function bareMailbox(pieces: MailboxPieces): { name: string; address: string } {
  const comment = pieces.comments.join(' ');
  const phrase = pieces.phrase.trim();
  if (!phrase.includes('@')) return { name: phrase === '' ? comment : phrase, address: '' };
  if (/^\s*"/.test(pieces.quotedPhrase)) {
    const quoted = /^\s*("(?:[^"\\]|\\.)*")\s*@(.*)$/s.exec(pieces.quotedPhrase);
    if (quoted !== null) return { name: comment, address: addrSpec(`${quoted[1]}@${quoted[2]}`) };
  }
  const words = joinedAround(phrase).split(/\s+/);
  const index = words.findLastIndex((word) => word.includes('@'));
  const address = words[index] ?? '';
  const name = words.filter((_, i) => i !== index).join(' ');
  return { name: name === '' ? comment : name, address };
}

/** `user @ host`: the blanks are obsolete syntax (RFC 5322 §4.4). */
function joinedAround(text: string): string {
  if (!/\s@|@\s/.test(text)) return text;
  return text
    .split('@')
    .map((part, i, parts) => (i === 0 ? part.trimEnd() : i === parts.length - 1 ? part.trimStart() : part.trim()))
    .join('@');
}

/** What stands between angle brackets, without route, comments and blanks. */
function addrSpec(angle: string): string {
  if (/^[\w.+-]+@[\w.-]+$/.test(angle)) return angle;
  const route = /^\s*@[^:]*:/.exec(angle);
  const spec = route === null ? angle : angle.slice(route[0].length);
  return spec.includes('"') ? spec.trim() : spec.replace(/\([^()]*\)/g, '').replace(/\s+/g, '');
}

function singleSpaced(text: string): string {
  return /\s\s|[^\S ]/.test(text) ? text.replace(/\s+/g, ' ').trim() : text.trim();
}

function plusTagOf(address: string): string | null {
  const plus = address.indexOf('+');
  const at = address.lastIndexOf('@');
  return plus <= 0 || plus >= at - 1 ? null : address.slice(plus + 1, at);
}
