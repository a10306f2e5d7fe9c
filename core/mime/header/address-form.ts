/** What no name and no address has outside of quotes: specials (RFC 5322 §3.2.3) but the dot, blanks, controls. */
const ATOM = String.raw`[^\s\0-\x20\x7f"(),:;<>@[\]\\]+`;
const QUOTED = String.raw`"(?:[^"\\\0\r\n]|\\[^\0\r\n])*"`;
const COMMENT = String.raw`\((?:[^()\\\0\r\n]|\\[^\0\r\n])*\)`;
/** With commas and colons in it, as some mailers leave them there. */
const ENCODED_WORD = String.raw`=\?[\w.:*-]{1,80}\?[bBqQ]\?[^?\s"()<>@\\]*\?=`;
const LITERAL = String.raw`\[[\w.:-]*\]`;

const ADDR_SPEC = new RegExp(`^(?:${ATOM}|${QUOTED})@(?:${ATOM}|${LITERAL})$`);

/** Whether that is an address as RFC 5322 §3.4.1 has it; encoded words are none (RFC 2047 §5), nor are comments. */
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

/** What stands in one place of a list. */
interface Place {
  specs: string[];
  angle: string | null;
  words: number;
}

const emptyPlace = (): Place => ({ specs: [], angle: null, words: 0 });

/**
 * The addresses of a field in which every reader finds the same ones: names, comments and addresses as RFC 5322 §3.4
 * has them. Names may have dots and brackets, encoded words commas, as many do. Null otherwise. Linear.
 */
export function plainMailboxes(text: string): string[] | null {
  const addresses: string[] = [];
  let place = emptyPlace();
  // Where readers stumble over what is not quite a name, they find addresses in what is quoted.
  let loose = false;
  let bait = false;
  const close = (): boolean => {
    const { angle, specs, words } = place;
    const address = addressIn(place);
    if (address !== null) addresses.push(address);
    loose ||= angle !== null && specs.length > 0;
    place = emptyPlace();
    return address !== null || (words === 0 && specs.length === 0 && angle === null);
  };
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text)?.groups;
    if (found === undefined || !take(place, found)) return null;
    const { word = '', comma } = found;
    if (word.startsWith('"')) bait ||= /[@<>]/.test(word);
    else loose ||= /[,:[\]]/.test(word);
    if (comma !== undefined && !close()) return null;
  }
  return close() && !(loose && bait) ? addresses : null;
}

function take(place: Place, { angle, spec, word, comment }: Record<string, string | undefined>): boolean {
  if (comment !== undefined) return !/[@<>]/.test(comment);
  if (place.angle !== null && (angle ?? spec ?? word) !== undefined) return false;
  if (angle !== undefined) place.angle = angle;
  if (spec !== undefined) place.specs.push(spec);
  if (word !== undefined) place.words += 1;
  return word === undefined || !isTrap(word);
}

/** Behind an escaped quote some readers are outside, where others are inside. */
const isTrap = (word: string): boolean => word.startsWith('"') && word.includes('\\') && /[@<>]/.test(word);

/** `ada@example.org <ada@example.org>` names one author twice. */
function addressIn({ specs, angle, words }: Place): string | null {
  const address = angle ?? (words === 0 ? specs[0] : undefined);
  if (address === undefined || specs.length > 1 || (specs.length === 1 && words > 0)) return null;
  if (!isAddrSpec(address) || !/^(?:[^"]|"[\w.+-]+")*$/.test(address)) return null;
  return specs.every((spec) => spec.toLowerCase() === address.toLowerCase()) ? address : null;
}

/** Some programs end there, others leave it out. */
const CONTROL = /[^\t -~\x80-\uffff]/;
const ALL_QUOTED = new RegExp(QUOTED, 'g');
const ALL_ENCODED = new RegExp(ENCODED_WORD, 'g');
const ONE_ADDRESS = new RegExp(String.raw`^[^@<>]*(?:<\s*|(?<![^\s,;:)]))${ATOM}@${ATOM}(?:\s*>)?[\s,;]*$`);

/**
 * Whether readers of a field that is not plain could find different addresses in it: there is more than one "@", or
 * the only one stands in something that each mends in its own way.
 */
export function hasRivalAddresses(text: string): boolean {
  const bare = text.replace(ALL_QUOTED, (quoted) => (/[@<>]/.test(quoted) ? '@' : '"')).replace(ALL_ENCODED, '"');
  if (!bare.includes('@')) return CONTROL.test(text);
  return !ONE_ADDRESS.test(bare) || CONTROL.test(text);
}
