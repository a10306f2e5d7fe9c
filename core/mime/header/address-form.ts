/**
 * Characters that are allowed in names and addresses without quotes: no specials (RFC 5322 §3.2.3) except the dot,
 * blanks or controls.
 */
const ATOM = String.raw`[^\s\0-\x20\x7f"(),:;<>@[\]\\]+`;
const QUOTED = String.raw`"(?:[^"\\\0\r\n]|\\[^\0\r\n])*"`;
const COMMENT = String.raw`\((?:[^()\\\0\r\n]|\\[^\0\r\n])*\)`;
/** With commas and colons in it, which some mailers leave there. */
const ENCODED_WORD = String.raw`=\?[\w.:*-]{1,80}\?[bBqQ]\?[^?\s"()<>@\\]*\?=`;
const LITERAL = String.raw`\[[\w.:-]*\]`;

const ADDR_SPEC = new RegExp(`^(?:${ATOM}|${QUOTED})@(?:${ATOM}|${LITERAL})$`);

/** Whether the text is an addr-spec (RFC 5322 §3.4.1); encoded words (RFC 2047 §5) and comments are not part of one. */
export function isAddrSpec(text: string): boolean {
  const encoded = text.indexOf('=?');
  return ADDR_SPEC.test(text) && (encoded === -1 || !text.includes('?=', encoded + 2));
}

const TOKEN = new RegExp(
  [
    String.raw`(?<blank>[ \t]+)`,
    '(?<comma>,)',
    `(?<comment>${COMMENT})`,
    String.raw`<[ \t]*(?<angle>(?:${ATOM}|${QUOTED})@(?:${ATOM}|${LITERAL}))[ \t]*>`,
    `(?<spec>(?:${ATOM}|${QUOTED})@(?:${ATOM}|${LITERAL}))(?![^\\s,])`,
    `(?<word>${ENCODED_WORD}|${QUOTED}|(?:${ATOM}|[[\\]])+)`,
  ].join('|'),
  'y',
);

/** The content of one position in a list. */
interface Entry {
  specs: string[];
  angle: string | null;
  words: number;
}

const emptyEntry = (): Entry => ({ specs: [], angle: null, words: 0 });

/**
 * The addresses of a field in which every reader finds the same ones: names, comments and addresses as in RFC 5322
 * §3.4. Names may have dots and brackets, encoded words commas, as is common. Null otherwise. Linear.
 */
export function plainMailboxes(text: string): string[] | null {
  const addresses: string[] = [];
  let entry = emptyEntry();
  // Readers that stumble over an irregular name find addresses inside quotes.
  let loose = false;
  let bait = false;
  const close = (): boolean => {
    const { angle, specs, words } = entry;
    const address = addressIn(entry);
    if (address !== null) addresses.push(address);
    loose ||= angle !== null && specs.length > 0;
    entry = emptyEntry();
    return address !== null || (words === 0 && specs.length === 0 && angle === null);
  };
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.groups;
    if (found === undefined || !take(entry, found)) return null;
    const { word = '', comma } = found;
    if (word.startsWith('"')) bait ||= /[@<>]/.test(word);
    else loose ||= /[,:[\]]/.test(word);
    if (comma !== undefined && !close()) return null;
  }
  return close() && !(loose && bait) ? addresses : null;
}

function take(entry: Entry, { angle, spec, word, comment }: Record<string, string | undefined>): boolean {
  if (comment !== undefined) return !/[@<>]/.test(comment);
  if (entry.angle !== null && (angle ?? spec ?? word) !== undefined) return false;
  if (angle !== undefined) entry.angle = angle;
  if (spec !== undefined) entry.specs.push(spec);
  if (word !== undefined) entry.words += 1;
  return word === undefined || !isTrap(word);
}

/** After an escaped quote some readers are outside the quotes, others inside. */
const isTrap = (word: string): boolean => word.startsWith('"') && word.includes('\\') && /[@<>]/.test(word);

/** `ada@example.org <ada@example.org>` names one author twice. */
function addressIn({ specs, angle, words }: Entry): string | null {
  const address = angle ?? (words === 0 ? specs[0] : undefined);
  if (address === undefined || specs.length > 1 || (specs.length === 1 && words > 0)) return null;
  if (!isAddrSpec(address) || !/^(?:[^"]|"[\w.+-]+")*$/.test(address)) return null;
  return specs.every((spec) => spec.toLowerCase() === address.toLowerCase()) ? address : null;
}

/** Some programs end the address there, others drop the character. */
const CONTROL = /[^\t -~\x80-\uffff]/;
const ALL_QUOTED = new RegExp(QUOTED, 'g');
const ALL_ENCODED = new RegExp(ENCODED_WORD, 'g');
const ONE_ADDRESS = new RegExp(String.raw`^[^@<>]*(?:<\s*|(?<![^\s,;:)]))${ATOM}@${ATOM}(?:\s*>)?[\s,;]*$`);

/**
 * Whether readers of an irregular field could find different addresses in it: there is more than one "@", or the only
 * one is in something that each reader repairs in its own way.
 */
export function hasRivalAddresses(text: string): boolean {
  const bare = text.replace(ALL_QUOTED, (quoted) => (/[@<>]/.test(quoted) ? '@' : '"')).replace(ALL_ENCODED, '"');
  if (!bare.includes('@')) return CONTROL.test(text);
  return !ONE_ADDRESS.test(bare) || CONTROL.test(text);
}
