import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { SURE } from './adding-up.ts';
import { datesIn } from './dates.ts';
import { agreed, behind, below, type Spot } from './find-text.ts';
import type { Label } from './labels.ts';
import { isInvoiceNumber, isTitle } from './labels.ts';
import type { ReadRow } from './read-rows.ts';

export interface FoundNumber {
  value: string;
  confidence: number | null;
  row: ReadRow;
  /** Behind it in the row. */
  end: number;
}

const MAX_LENGTH = 30;
/** More of them around the label, and it is a sentence. */
const UNKNOWN_WORDS = 3;
/** `RE-2026/17`, `FA 2017 0009`, `# 17` */
const START = /^[\s:.#№°º*)\]–-]*(?:\([^)]{0,20}\)[\s:.]*)?(?:(?:nr|no|n)[.°º\s:]+)?/iu;
const NUMBER = /^(?:[A-Z]{1,5} (?=\d))?[\p{L}\d][\p{L}\d/_.\\-]*(?: \d+(?![\p{L}\d.,/:-]))*/u;

/** Everything that is labelled as the number of the invoice; without any, what is right behind its title. */
export function numbersOf(rows: readonly ReadRow[]): FoundNumber[] {
  const labelled = rows.flatMap((row) =>
    row.labels
      .filter((label) => isInvoiceNumber(label) && (label.leads || label.unknown <= UNKNOWN_WORDS))
      .flatMap((label) => {
        const spot = behind(rows, row, label);
        const inLine = spot && numberAt(spot);
        if (inLine) return [inLine];
        const under =
          spot === null || /^\s*[\p{L}]/u.test(row.text.slice(spot.start, spot.end)) ? below(rows, row, label) : null;
        const found = under && isAlone(under) ? numberAt(under) : null;
        return found ? [found] : [];
      }),
  );
  return labelled.length > 0
    ? labelled
    : rows.flatMap((row) => row.labels.filter(isTitle).flatMap((label) => behindTitle(row, label)));
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

/** Below a label there is nothing beside it: `80333 München` is none. */
const isAlone = ({ row, start, end }: Spot): boolean =>
  /^[#№\s]*[\p{L}\d/_.\\-]+(?: \d+)*\s*$/u.test(row.text.slice(start, end));

/** `Invoice 4711`, `Rechnung 4711 vom 3. März`: with nothing else behind it. */
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
  return isEnd && !isYear && found.value.length > 1 ? [found] : [];
}
