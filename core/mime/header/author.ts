import type { Author } from '../../mail/author.ts';
import { hasRivalAddresses, plainMailboxes } from './address-form.ts';
import { isGuessed, unicodeOf } from './header-text.ts';

/** Characters of a From field in which one author is looked for: the name and address of one are shorter. */
const AUTHOR_LENGTH = 2_000;

/** One mailbox as most are: words, perhaps quoted, with nothing in them that an address has, and the address. */
const USUAL =
  /^[ \t]?(?:(?:"[ !#-;=?A-Z[\]-~]*"[ \t]?|(?:[\w!#$%&'*+/=?^`{|}~.-]+[ \t])*)<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))$/;

export interface Authorship {
  author: Author;
  /** The field is not as RFC 5322 §3.4 has it, or holds an address in a form that is obsolete (§4.4). */
  invalid: boolean;
  /** Two readers could take different authors from it. */
  ambiguous: boolean;
}

const UNCLEAR: Authorship = { author: 'unclear', invalid: false, ambiguous: false };

/**
 * The author of a mail (RFC 5322 §3.6.2), when the From field is one that no reader takes differently.
 *
 * @param fields values of all From fields, unfolded, one character a byte
 */
export function readAuthor(fields: readonly string[]): Authorship {
  const [raw, ...others] = fields;
  if (raw === undefined) return { ...UNCLEAR, author: 'none' };
  if (others.length > 0) return { ...UNCLEAR, ambiguous: true };
  // A value of that length is a list, or hides something.
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
  // Bytes that are no UTF-8 are letters of a name at best.
  return guessed && /[^ -~]/.test(address)
    ? { ...UNCLEAR, invalid: true, ambiguous: true }
    : { ...UNCLEAR, author: { address } };
}
