import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { SURE } from './adding-up.ts';
import { datesIn } from './dates.ts';
import { agreed, behind, below, type Spot } from './find-text.ts';
import type { Label } from './labels.ts';
import { isDate, isDueDate, isInvoiceDate, isInvoiceNumber, isTitle } from './labels.ts';
import type { ReadRow } from './read-rows.ts';

export interface FoundNumber {
  value: string;
  confidence: number | null;
  row: ReadRow;
  /** End of the value in the row. */
  end: number;
}

const MAX_LENGTH = 30;
/** With more of them around the label, it is a sentence. */
const UNKNOWN_WORDS = 3;
const MAX_NUMBERS = 1_000;
const RECEIPT = /receipt|quittung|reçu|recibo|ricevuta/iu;
/** `RE-2026/17`, `FA 2017 0009`, `# 17` */
const START = /^[\s:.#№°º*)\]–-]*(?:\([^)]{0,20}\)[\s:.]*)?(?:(?:nr|no|n)[.°º\s:]+)?/iu;
const NUMBER = /^(?:[A-Z]{1,5} (?=\d))?[\p{L}\d][\p{L}\d/_.\\-]*(?: \d+(?![\p{L}\d.,/:-]))*/u;

/** Everything that is labelled as the number of the invoice; otherwise the text right after its title. */
export function numbersOf(rows: readonly ReadRow[]): FoundNumber[] {
  const labelled = rows.flatMap((row) =>
    row.labels
      .filter((label) => isInvoiceNumber(label) && (label.leads || label.unknown <= UNKNOWN_WORDS))
      .flatMap((label) => {
        const found = besideOrBelow(rows, row, label);
        return found === null ? [] : [{ found, rank: rankOf(row, label) }];
      }),
  );
  const best = Math.max(...labelled.slice(0, MAX_NUMBERS).map(({ rank }) => rank));
  if (labelled.length > 0) return labelled.filter(({ rank }) => rank === best).map(({ found }) => found);
  return rows.flatMap((row) =>
    row.labels.filter(isTitle).flatMap((label) => [...behindTitle(row, label), ...belowHead(rows, row, label)]),
  );
}

/** `Order   Invoice date   Invoice` above their values. */
function belowHead(rows: readonly ReadRow[], row: ReadRow, label: Label): FoundNumber[] {
  const isCell = row.cells.some(({ start, end }) => start === label.start && end === label.end);
  if (!isCell || !row.labels.some((each) => isInvoiceDate(each) || isDate(each) || isDueDate(each))) return [];
  const under = below(rows, row, label);
  const found = under !== null && isAlone(under) ? numberAt(under) : null;
  return found === null ? [] : [found];
}

/** A credit note also names its invoice, and an invoice its receipt. */
function rankOf(row: ReadRow, label: Label): number {
  const text = row.text.slice(label.start, label.end);
  return (label.meanings.has('credit-note') ? 4 : 0) + (label.leads ? 2 : 0) + (RECEIPT.test(text) ? 0 : 1);
}

function besideOrBelow(rows: readonly ReadRow[], row: ReadRow, label: Label): FoundNumber | null {
  const spot = behind(rows, row, label);
  const beside = spot && numberAt(spot);
  if (beside !== null) return beside;
  if (spot !== null && !/^\s*[\p{L}]/u.test(row.text.slice(spot.start, spot.end))) return null;
  const under = below(rows, row, label);
  return under !== null && isAlone(under) ? numberAt(under) : null;
}

export function invoiceNumber(found: readonly FoundNumber[]): Invoice['invoiceNumber'] {
  return agreed(found, SURE);
}

function numberAt({ row, start, end }: Spot): FoundNumber | null {
  const text = row.text.slice(start, end);
  const [lead = ''] = START.exec(text) ?? [];
  const [written = ''] = NUMBER.exec(text.slice(lead.length)) ?? [];
  const value = written.replace(/[.\-_/]+$/, '');
  if (!/\d/.test(value) || value.length > MAX_LENGTH) return null;
  const [date] = datesIn(text.slice(lead.length), 'day-first');
  if (date !== undefined && date.start === 0) return null;
  const after = text.slice(lead.length + written.length);
  // An amount, a time, a share.
  if (/^\s?[€$£%,:]/.test(after) || /[€$£]\s?$/.test(text.slice(0, lead.length))) return null;
  return { value, confidence: row.confidence, row, end: start + lead.length + written.length };
}

/** A value below a label has nothing beside it: `80333 München` is not one. */
const isAlone = ({ row, start, end }: Spot): boolean =>
  /^[#№\s]*[\p{L}\d/_.\\-]+(?: \d+)*\s*$/u.test(row.text.slice(start, end));

/** `Invoice 4711`, `Rechnung 4711 vom 3. März`: followed by nothing else. */
function behindTitle(row: ReadRow, label: Label): FoundNumber[] {
  const cell = row.cells.find(({ start, end }) => start <= label.start && label.end <= end);
  if (cell === undefined || !label.leads || cell.start !== label.start) return [];
  const found = numberAt({ row, start: label.end, end: cell.end });
  if (found === null || !/^[\s:#№]*$/.test(row.text.slice(label.end, found.end - found.value.length))) return [];
  const rest = row.text.slice(found.end, cell.end);
  const isYear = /^(?:19|20)\d{2}$/.test(found.value);
  const [date] = datesIn(rest, 'day-first');
  const isEnd =
    rest.trim() === '' || (date !== undefined && /^[\s,]*\p{L}{0,6}\.?\s*$/u.test(rest.slice(0, date.start)));
  return isEnd && !isYear ? [found] : [];
}
