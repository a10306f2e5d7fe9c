import { type DecimalMark, decimalMarkOf, type FoundAmount, type FoundRate, numbersIn, ratesIn } from './amounts.ts';
import { type Label, labelsOf } from './labels.ts';
import type { Row } from './layout.ts';

/** A line with its contents. */
export interface ReadRow extends Row {
  at: number;
  labels: readonly Label[];
  /** Money, and numbers that may be money. */
  numbers: readonly FoundAmount[];
  rates: readonly FoundRate[];
}

export interface ReadRows {
  rows: readonly ReadRow[];
  decimalMark: DecimalMark | null;
}

export function readRows(rows: readonly Row[]): ReadRows {
  const decimalMark = decimalMarkOf(rows.map(({ text }) => text));
  return {
    decimalMark,
    rows: rows.map((row, at) => {
      const numbers = numbersIn(row.text, decimalMark);
      const rates = ratesIn(row.text);
      // A number without cents may be part of a label: `Total 3`, `Summe 2026`.
      const values = numbers.filter(isMoney);
      return { ...row, at, numbers, rates, labels: labelsOf(row, values) };
    }),
  };
}

export const isMoney = ({ exact, currency }: FoundAmount): boolean => exact || currency !== null;
