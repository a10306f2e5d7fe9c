import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { found, toCents } from './values.ts';

/** The common result of all syntaxes. */
export interface InvoiceValues {
  syntax: NonNullable<Invoice['syntax']>;
  profile: string | null;
  number: string | null;
  typeCode: string | null;
  invoiceDate: string | null;
  dueDate: string | null;
  deliveryDate: string | null;
  seller: Invoice['seller'];
  buyer: Invoice['buyer'];
  currency: string | null;
  net: number | null;
  tax: number | null;
  total: number | null;
  prepaid: number | null;
  rounding: number | null;
  payable: number | null;
  taxes: NonNullable<Invoice['taxes']>;
  paymentTerms: string | null;
  ibans: string[];
  lineItems: Invoice['lineItems'];
}

/** Type codes of credit notes: those of UNTDID 1001 that EN 16931 allows, and those of FatturaPA. */
const CREDIT_NOTES = new Set([
  '81',
  '83',
  '261',
  '262',
  '296',
  '308',
  '381',
  '396',
  '420',
  '458',
  '532',
  'TD04',
  'TD08',
]);

/**
 * An invoice in the format that all methods share. Amounts keep their sign: a credit note with code 381 usually has
 * positive ones, a corrected invoice (384) or an invoice (380) that credits has negative ones. `creditNote` is true for
 * both.
 */
export function invoiceOf(values: InvoiceValues): Invoice {
  const { number, net, total, prepaid, payable, seller } = values;
  // BR-CO-15 of EN 16931: the total is the net amount plus the tax.
  const tax = values.tax ?? (net === null || total === null ? null : toCents(total - net));
  return {
    method: 'xml',
    syntax: values.syntax,
    profile: values.profile,
    typeCode: values.typeCode,
    creditNote: CREDIT_NOTES.has(values.typeCode ?? '') || (total ?? 0) < 0,
    vendor: found(seller?.name ?? null),
    seller,
    buyer: values.buyer,
    invoiceNumber: found(number),
    invoiceDate: found(values.invoiceDate),
    dueDate: found(values.dueDate),
    deliveryDate: found(values.deliveryDate),
    currency: values.currency,
    net: found(net),
    tax: found(tax),
    total: found(total),
    prepaid: found(prepaid),
    rounding: found(values.rounding),
    payable: found(payable),
    taxes: values.taxes.slice(0, 100),
    paymentTerms: values.paymentTerms,
    ibans: values.ibans,
    lineItems: values.lineItems,
    ...sumCheck(net, tax, total, values.rounding),
  };
}

/** Rounding per line leaves a cent or two; FatturaPA rounds the total itself. */
const TOLERANCE = 0.025;

function sumCheck(
  net: number | null,
  tax: number | null,
  total: number | null,
  rounding: number | null,
): Pick<Invoice, 'inconsistent'> {
  if (net === null || tax === null || total === null) return {};
  const sum = toCents(net + tax);
  const fits = [0, rounding ?? 0].some((by) => Math.abs(sum + by - total) <= TOLERANCE);
  return fits ? {} : { inconsistent: [{ field: 'total', reason: 'sum', candidates: [total, sum] }] };
}
