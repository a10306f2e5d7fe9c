import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { SURE } from './adding-up.ts';
import { cellUnder } from './find-text.ts';
import type { Label } from './labels.ts';
import { isBuyer, isSeller, isTitle } from './labels.ts';
import type { ReadRow } from './read-rows.ts';
import { meaningsIn } from './words/meanings.ts';
import type { Meaning } from './words/words.ts';

type Vendor = Invoice['vendor'];
interface Name {
  value: string;
  row: ReadRow;
  start: number;
}

/** Rows of a letterhead, and of the block below `Bill to` or `Seller`. */
const LETTERHEAD_ROWS = 14;
const BLOCK_ROWS = 6;
const MAX_WORDS = 8;

/** Endings of company names, in a few countries at least. */
const LEGAL_FORM =
  /(?<![\p{L}\d])(?:ltd|limited|plc|llp|llc|inc|incorporated|corp|corporation|gmbh(?: & co\.? (?:kg|ohg))?|mbh|ag|kg|kgaa|ohg|gbr|ug|e\.\s?k|e\.\s?v|e\.\s?u|eg|se|s\.?\s?[aà]\.?\s?r\.?\s?l|s\.?a\.?u|s\.?a\.?s|sas|sasu|eurl|s\.?a|s\.?p\.?a|s\.?r\.?l|s\.?l|s\.?l\.?u|b\.?v|n\.?v|v\.?o\.?f|oy|oyj|ab|aps|a\/s|as|pty|pte|sp\.? z o\.?o|s\.?r\.?o|kft)(?![\p{L}\d])\.?/iu;
/** Lines that name somebody else, or the provider of a form. */
const NOT_NAME =
  /^(?:attn|attention|z\.\s?hd|c\/o|to|an|for|für|bank|bic|iban)(?![\p{L}\d])|©|\(c\)|copyright|powered|software|amtsgericht|registergericht|handelsregister|@|https?:|www\./iu;
const SEPARATOR = /\s{3,}|\s[-–—|·•●∙*/]\s|\s?[|·•●∙]\s?|;/u;
/** `Name: Lieferant GmbH` */
const NAME_LABEL =
  /^(?:name|firma|company(?: name)?|nom|naam|bedrijf|nombre|razon social|razón social|ragione sociale|denominazione|raison sociale)\s*:\s*/iu;
/** After one of these it is a label and its value. */
const LABELS: readonly Meaning[] = ['invoice', 'credit-note', 'number', 'date', 'total', 'tax', 'paid'];
/** A company with a site of the same name: only addresses of the company, not of customers. */
const SITE =
  /(?:https?:\/\/|www\.|\b(?:info|billing|support|sales|contact|hello|accounts|kontakt|service|office|invoices?|rechnung|buchhaltung|facturation|comptabilite|administratie|administracion|amministrazione)@)(?:www\.)?([\p{L}\d-]+(?:\.[\p{L}\d-]+)*)\.[a-z]{2,}/giu;

/** Who issued it: the named seller, otherwise the only company that several signs identify. */
export function findVendor(rows: readonly ReadRow[]): Vendor {
  const named = rows.flatMap((row) => row.labels.filter(isSeller).flatMap((label) => sellerAt(rows, row, label)));
  const values = new Map(named.map((name) => [squeezed(name.value), name]));
  const [seller] = values.values();
  if (seller !== undefined && values.size === 1)
    return { value: seller.value, confidence: Math.min(SURE.label, seller.row.confidence ?? 1) };
  return values.size > 1 ? null : byEvidence(rows);
}

const squeezed = (name: string): string => name.toLowerCase().replace(/[^\p{L}\d]/gu, '');

/** The name after `Sold by:`, or below `Seller`. */
function sellerAt(rows: readonly ReadRow[], row: ReadRow, label: Label): Name[] {
  const cell = row.cells.find(({ start, end }) => start <= label.start && label.end <= end);
  if (cell === undefined) return [];
  const rest = row.text.slice(label.end, cell.end);
  const phrase = row.text.slice(label.start, label.end);
  const inLine =
    /^\s*:/.test(rest) || (/\s(?:by|from|von|durch|par|door|da|por)$/iu.test(phrase) && rest.trim() !== '');
  if (inLine && /\p{L}/u.test(rest)) return nameOf(rest.replace(/^[\s:]+/, ''), row, label.end);
  if (cell.start !== label.start || !/^[\s:]*$/.test(rest)) return [];
  for (const other of rows.slice(row.at + 1, row.at + 1 + BLOCK_ROWS)) {
    const under = other.page === row.page ? cellUnder(other, label.span) : null;
    if (under === null) continue;
    const text = other.text.slice(under.start, under.end);
    const isNamed = NAME_LABEL.test(text);
    const next = other.cells.find(({ start }) => start >= under.end);
    const beside =
      isNamed && text.replace(NAME_LABEL, '').trim() === '' && next ? other.text.slice(next.start, next.end) : null;
    if (isNamed) return nameOf(beside ?? text.replace(NAME_LABEL, ''), other, under.start);
    if (!/[:\d]|^\(/.test(text)) return nameOf(text, other, under.start);
    if (/^name\s*:?$/iu.test(text.trim())) return [];
  }
  return [];
}

/** A name: a few words of which not all are labels. */
function nameOf(text: string, row: ReadRow, start: number): Name[] {
  const [first = ''] = text.trim().split(SEPARATOR);
  const value = first.replace(/,(?=[^,]*\d).*$/, '').replace(/[\s,;:]+$/, '');
  const letters = value.match(/\p{L}/gu)?.length ?? 0;
  const digits = value.match(/\d/g)?.length ?? 0;
  const words = value.split(/\s+/).length;
  if (
    !/^[\p{L}\d"'«„]/u.test(value) ||
    letters < 3 ||
    digits > letters / 2 ||
    words > MAX_WORDS ||
    NOT_NAME.test(value)
  )
    return [];
  const { phrases, unknown } = meaningsIn(value);
  const isLabel = phrases.some((phrase) => phrase.start === 0 && LABELS.some((each) => phrase.meanings.includes(each)));
  return unknown.length > 0 && !isLabel ? [{ value, row, start }] : [];
}

interface Candidate {
  name: Name;
  signs: number;
}

function byEvidence(rows: readonly ReadRow[]): Vendor {
  const names = rows.flatMap(companiesIn);
  const buyers = new Set(rows.flatMap((row) => buyersAt(rows, row)).map(({ value }) => squeezed(value)));
  const sites = new Set(rows.flatMap(({ text }) => [...text.matchAll(SITE)].map(([, host = '']) => squeezed(host))));
  const all = squeezed(rows.map(({ text }) => text).join(' '));
  const byName = new Map<string, Name[]>();
  for (const name of names) byName.set(squeezed(name.value), [...(byName.get(squeezed(name.value)) ?? []), name]);
  const others = [...byName].filter(([key]) => !buyers.has(key)).slice(0, 30);
  const candidates = others.flatMap(([key, found]): Candidate[] => {
    const [name] = found;
    if (name === undefined) return [];
    return [{ name, signs: signsOf(key, found, sites, all, others.length === 1) + (hasTaxId(rows, found) ? 1 : 0) }];
  });
  const [best, second] = candidates.sort((a, b) => b.signs - a.signs);
  if (best === undefined || best.signs < 3 || (second !== undefined && best.signs - second.signs < 2)) return null;
  const confidence = best.signs > 3 ? SURE.twice : SURE.label;
  return { value: best.name.value, confidence: Math.min(confidence, best.name.row.confidence ?? 1) };
}

/** Companies in a line, by their legal form. */
function companiesIn(row: ReadRow): Name[] {
  return row.cells.flatMap(({ start, end }) =>
    row.text
      .slice(start, end)
      .split(SEPARATOR)
      .flatMap((text) => {
        const form = LEGAL_FORM.exec(text);
        if (form === null || form.index < 2) return [];
        return nameOf(text.slice(0, form.index + form[0].length), row, start);
      }),
  );
}

/** Signs that identify a company: its position, that it occurs again, its site. */
function signsOf(key: string, found: readonly Name[], sites: ReadonlySet<string>, all: string, alone: boolean): number {
  const core = squeezed((found[0]?.value ?? '').replace(LEGAL_FORM, ''));
  const rows = new Set(found.map(({ row }) => row.at));
  const inHead = found.some(({ row }) => row.page === 0 && row.at < LETTERHEAD_ROWS);
  const isFirst = found.some(({ row, start }) => row.at < 2 && start === (row.cells[0]?.start ?? 0));
  const isSender = found.some(({ row, value }) => {
    const rest = row.text.slice(row.text.indexOf(value) + value.length);
    return SEPARATOR.test(rest.slice(0, 6)) && /\d{4,5}\s\p{L}/u.test(rest) && !/\s{3,}/.test(rest.slice(0, 6));
  });
  const again = rows.size > 1 || (core.length > 4 && all.split(core).length > 2);
  const hasSite =
    core.length > 3 &&
    [...sites].some((site) => site.length > 3 && (site.includes(core) || core.startsWith(site) || key === site));
  const isOnly = isFirst && alone && found.some(({ row }) => row.at < 2 && isLetterhead(row));
  return (
    (isOnly ? 1 : 0) + (inHead ? 1 : 0) + (isFirst ? 1 : 0) + (isSender ? 2 : 0) + (again ? 1 : 0) + (hasSite ? 2 : 0)
  );
}

/** Whether its tax number is within the lines after the first. */
const hasTaxId = (rows: readonly ReadRow[], found: readonly Name[]): boolean =>
  found.some(({ row: { at } }) => at < 2 && rows.slice(at, at + 4).some(({ text }) => TAX_ID.test(text)));
const TAX_ID =
  /(?<![\p{L}])(?:vat|ust|tva|btw|p\.?\s?iva|abn|gstin|siret|kvk|cif|nif)(?![\p{L}])[^\d]{0,20}(?:\s{0,3}\d){5}/iu;

/** A line with only a name, or with the title of the document beside it. */
const isLetterhead = ({ cells, labels }: ReadRow): boolean =>
  cells.length === 1 ||
  (cells.length === 2 && labels.some((label) => isTitle(label) && label.start === cells[1]?.start));

/** Names below or beside `Bill to`, and below the small sender line above the window of an envelope. */
function buyersAt(rows: readonly ReadRow[], row: ReadRow): Name[] {
  const labels = row.labels.filter((label) => isBuyer(label) && label.leads);
  return labels.flatMap((label) => {
    const beside = companiesIn({ ...row, cells: row.cells.filter(({ end }) => end > label.end) });
    const below = rows.slice(row.at + 1, row.at + 1 + BLOCK_ROWS).flatMap((other) => {
      const cell = other.page === row.page ? cellUnder(other, label.span) : null;
      return cell === null ? [] : companiesIn({ ...other, cells: [cell] });
    });
    return [...beside, ...below];
  });
}
