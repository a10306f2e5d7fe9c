import type { Invoice } from '../../../core/mail/enrichment-schema.ts';
import type { Said } from './invoices/sample.ts';

export type Field = keyof Said;
export const FIELDS: readonly Field[] = ['vendor', 'number', 'date', 'due', 'currency', 'net', 'tax', 'total'];

export interface Score {
  right: number;
  wrong: number;
  absent: number;
}

/**
 * Compares the fields guessed from invoices with the true values, one by one. Fields without a known true value do not
 * count.
 */
export class FieldScore {
  readonly fields = new Map<Field, Score>(FIELDS.map((field) => [field, { right: 0, wrong: 0, absent: 0 }]));
  /** Each wrong value, for inspection. */
  readonly mistakes: string[] = [];

  add(name: string, said: Partial<Said>, invoice: Invoice | null): void {
    const read = valuesOf(invoice);
    for (const field of FIELDS) {
      const [wanted, found] = [said[field] ?? null, read[field]];
      const score = this.fields.get(field);
      if (wanted === null || score === undefined) continue;
      if (found === null) score.absent++;
      else if (isSame(wanted, found) || (field === 'vendor' && isPart(wanted, found))) score.right++;
      else {
        score.wrong++;
        this.mistakes.push(`${name}: ${field} is ${found}, not ${wanted}`);
      }
    }
  }

  right(): Partial<Record<Field, number>> {
    return Object.fromEntries([...this.fields].map(([field, { right }]) => [field, right]));
  }

  /** Share of wrong values among the fields that were found. */
  wrongShare(): number {
    const all = [...this.fields.values()];
    const wrong = all.reduce((sum, each) => sum + each.wrong, 0);
    return wrong / all.reduce((sum, { right }) => sum + right, wrong);
  }
}

function valuesOf(invoice: Invoice | null): Said {
  return {
    vendor: invoice?.vendor?.value ?? null,
    number: invoice?.invoiceNumber?.value ?? null,
    date: invoice?.invoiceDate?.value ?? null,
    due: invoice?.dueDate?.value ?? null,
    currency: invoice?.currency ?? null,
    net: invoice?.net?.value ?? null,
    tax: invoice?.tax?.value ?? null,
    total: invoice?.total?.value ?? null,
  };
}

/** A vendor name may include its legal form or omit it. */
const isPart = (wanted: string | number, found: string | number): boolean =>
  plain(String(found)).includes(plain(String(wanted))) || plain(String(wanted)).includes(plain(String(found)));

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\d]/gu, '');

function isSame(wanted: string | number, found: string | number): boolean {
  if (typeof wanted === 'number' || typeof found === 'number') return Math.abs(Number(wanted) - Number(found)) < 0.005;
  return plain(wanted) === plain(found);
}
