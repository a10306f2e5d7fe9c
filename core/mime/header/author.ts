import type { Author } from '../../mail/author.ts';
import { hasRivalAddresses, plainMailboxes } from './address-form.ts';
import { isGuessed, unicodeOf } from './header-text.ts';

/** Characters of a From field to search for one author, whose name and address are shorter. */
const AUTHOR_LENGTH = 2_000;

/** One mailbox as in most mails: words, optionally quoted, without any character of an address, and the address. */
const USUAL =
  /^[ \t]?(?:(?:"[ !#-;=?A-Z[\]-~]*"[ \t]?|(?:[\w!#$%&'*+/=?^`{|}~.-]+[ \t])*)<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))$/;

export interface Authorship {
  author: Author;
  /** The field does not match RFC 5322 §3.4, or has an address in obsolete syntax (§4.4). */
  invalid: boolean;
  /** Readers could find different authors in it. */
  ambiguous: boolean;
}

const UNCLEAR: Authorship = { author: 'unclear', invalid: false, ambiguous: false };

/**
 * The author of a mail (RFC 5322 §3.6.2), if every reader of the From field finds the same one.
 *
 * @param fields values of all From fields, unfolded, one character a byte
 */
export function readAuthor(fields: readonly string[]): Authorship {
  const [raw, ...others] = fields;
  if (raw === undefined) return { ...UNCLEAR, author: 'none' };
  if (others.length > 0) return { ...UNCLEAR, ambiguous: true };
  // A longer value is a list, or hides something.
  if (raw.length > AUTHOR_LENGTH) return UNCLEAR;
  const usual = USUAL.exec(raw);
  const only = usual?.[1] ?? usual?.[2];
  if (only !== undefined) return { author: { address: only }, invalid: false, ambiguous: false };
  const guessed = isGuessed(raw);
  const text = guessed ? raw : unicodeOf(raw, null);
  const addresses = plainMailboxes(text);
  if (addresses === null) return { author: 'unclear', invalid: true, ambiguous: hasRivalAddresses(text) };
  const [address, ...more] = addresses;
  if (address === undefined || more.length > 0) return UNCLEAR;
  // Bytes that are not UTF-8 can at best be letters of a name.
  return guessed && /[^ -~]/.test(address)
    ? { ...UNCLEAR, invalid: true, ambiguous: true }
    : { ...UNCLEAR, author: { address } };
}
