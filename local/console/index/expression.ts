import { WORD_FIELDS } from './entry.ts';
import { FACET_NAMES, type FacetName, facet } from './facets.ts';

/** Restrictions on the list: search words, and for each filter the values of which one must match. */
export interface Narrowing {
  search: string;
  facets: Partial<Record<FacetName, readonly string[]>>;
}

const MAX_TERMS = 20;
/** A facet that every mail has, because NOT in FTS5 needs a left operand. */
export const EVERY_MAIL = 'every';

/** Letters and digits only, which the tokenizer does not split. */
export const facetToken = (text: string): string => `x${Buffer.from(text).toString('hex')}`;

/** The FTS5 expression; null when every mail matches. */
export function matchExpression({ search, facets }: Narrowing): string | null {
  const { wanted, unwanted } = terms(search);
  const chosen = FACET_NAMES.flatMap((name) => {
    const values = facets[name] ?? [];
    return values.length === 0
      ? []
      : [`facet : (${values.map((value) => facetToken(facet(name, value))).join(' OR ')})`];
  });
  const all = [...chosen, ...wanted];
  if (all.length === 0 && unwanted.length === 0) return null;
  const positive = all.length === 0 ? `facet : ${facetToken(EVERY_MAIL)}` : all.join(' AND ');
  return unwanted.length === 0 ? positive : `(${positive}) NOT (${unwanted.join(' OR ')})`;
}

/** Parses `"a phrase"`, `word` and `from:word`, each negated by a leading `-`. */
function terms(search: string): { wanted: string[]; unwanted: string[] } {
  const found = { wanted: [] as string[], unwanted: [] as string[] };
  const pattern = new RegExp(`(-)?(?:(${WORD_FIELDS.join('|')}):)?(?:"([^"]*)"?|(\\S+))`, 'gi');
  for (const [, minus, field, phrase, word = ''] of [...search.matchAll(pattern)].slice(0, MAX_TERMS)) {
    const text = segmented(phrase ?? word)
      .replaceAll('"', ' ')
      .trim();
    // Without letters or digits there is no token, and FTS5 would match nothing.
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    // A single letter is not matched as a prefix: too many words start with it.
    const isBeginning = phrase === undefined && text.length > 1;
    const columns = `{${field === undefined ? WORD_FIELDS.map(column).join(' ') : column(field.toLowerCase())}}`;
    (minus === undefined ? found.wanted : found.unwanted).push(`${columns} : ("${text}"${isBeginning ? ' *' : ''})`);
  }
  return found;
}

/** Column name of a field; some field names are SQL keywords. */
export const column = (field: string): string => `in_${field}`;

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]+/gu;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Inserts spaces between the words of languages that write none. */
export const segmented = (text: string): string =>
  text.replace(UNSPACED, (run) => ` ${Array.from(segmenter.segment(run), ({ segment }) => segment).join(' ')} `);
