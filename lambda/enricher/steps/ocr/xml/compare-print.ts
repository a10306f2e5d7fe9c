import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { amountsIn } from '../invoice/amounts.ts';
import { invoiceByRules } from '../invoice/rules.ts';
import type { TextLine } from '../text-lines.ts';

/**
 * Reports when the pages show another total than the XML. The rules that read the pages can be wrong: their total
 * counts only if they have one, and the total of the XML is printed nowhere.
 */
export function comparedWithPrint(invoice: Invoice, pages: readonly (readonly TextLine[])[]): Invoice {
  const total = invoice.total?.value;
  const printed = invoiceByRules(pages.map((lines) => lines.map((line) => ({ ...line, confidence: null }))))?.total
    ?.value;
  if (total === undefined || printed === undefined) return invoice;
  // A credit note may be printed with the opposite sign.
  const isTotal = (value: number) => Math.abs(Math.abs(value) - Math.abs(total)) < 0.005;
  if (
    isTotal(printed) ||
    pages
      .flat()
      .flatMap(({ text }) => amountsIn(text))
      .some(({ value }) => isTotal(value))
  )
    return invoice;
  const inconsistent = invoice.inconsistent ?? [];
  return {
    ...invoice,
    inconsistent: [...inconsistent, { field: 'total', reason: 'printed', candidates: [total, printed] }],
  };
}
