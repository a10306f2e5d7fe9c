import type { Label } from './labels.ts';
import { overlap, type Span } from './layout.ts';
import { isItemsHead } from './line-items.ts';
import type { ReadRow } from './read-rows.ts';

/** A piece of a row. */
export interface Spot {
  row: ReadRow;
  start: number;
  end: number;
}

/** Rows below a label in which its value may be, and heights of a letter. */
const ROWS_BELOW = 3;
const HEIGHTS_BELOW = 4;
/** Share of the letter height between two baselines that look like one line. */
const SAME_LINE = 0.75;

/**
 * The text after a label in its line: to the end of its cell, otherwise the next cell. Null when it has another label.
 */
export function behind(rows: readonly ReadRow[], row: ReadRow, label: Label): Spot | null {
  const cell = row.cells.find(({ start, end }) => start <= label.start && label.end <= end);
  if (cell === undefined) return null;
  const own = { row, start: label.end, end: cell.end };
  if (/[\p{L}\d]/u.test(row.text.slice(own.start, own.end))) return own;
  const next = row.cells.find(({ start }) => start >= cell.end);
  return next === undefined ? slightlyLower(rows, row, label) : { row, ...next };
}

/** Letters of another size have another baseline: the nearest cell to the right of a label that ends its line. */
function slightlyLower(rows: readonly ReadRow[], row: ReadRow, label: Label): Spot | null {
  for (const other of [rows[row.at + 1], rows[row.at - 1]]) {
    if (other === undefined || other.page !== row.page) continue;
    if (Math.abs(other.y - row.y) > SAME_LINE * Math.max(row.height, other.height)) continue;
    const cell = other.cells.find(({ start, end }) => other.spanOf(start, end).left >= label.span.left);
    if (cell !== undefined) return { row: other, ...cell };
  }
  return null;
}

/** The first cells under a label, from its line down: those of the first line that has any. */
export function below(rows: readonly ReadRow[], row: ReadRow, label: Label): Spot | null {
  if (isItemsHead(row.text)) return null;
  for (let at = row.at + 1; at <= row.at + ROWS_BELOW; at++) {
    const other = rows[at];
    if (other === undefined || other.page !== row.page || other.y - row.y > HEIGHTS_BELOW * row.height) return null;
    const cell = cellUnder(other, label.span);
    if (cell === null) continue;
    return isList(rows[at + 1], other, label, other.text.slice(cell.start, cell.end)) ? null : { row: other, ...cell };
  }
  return null;
}

/** Digits under digits: a list of invoices, of which it is unknown which one is meant. */
function isList(next: ReadRow | undefined, row: ReadRow, { span }: Label, value: string): boolean {
  if (next === undefined || next.page !== row.page || next.y - row.y > 2 * row.height) return false;
  const cell = cellUnder(next, span);
  return cell !== null && shapeOf(next.text.slice(cell.start, cell.end)) === shapeOf(value);
}
const shapeOf = (text: string): string => text.replace(/\d+/g, '0');

/** The cell with most of its width under a span. */
export function cellUnder(row: ReadRow, span: Span): { start: number; end: number } | null {
  const shared = row.cells.map((cell) => ({ cell, share: overlap(row.spanOf(cell.start, cell.end), span) }));
  const [best] = shared.sort((a, b) => b.share - a.share);
  return best !== undefined && best.share > 0.1 ? best.cell : null;
}

/** A value, if all candidates agree. */
export function agreed<T>(found: readonly { value: T; confidence: number | null }[], evidence: Evidence) {
  const [first] = found;
  if (first === undefined || found.some(({ value }) => value !== first.value)) return null;
  const sure = found.length > 1 ? evidence.twice : evidence.label;
  return { value: first.value, confidence: Math.min(sure, first.confidence ?? 1) };
}
interface Evidence {
  twice: number;
  label: number;
}
