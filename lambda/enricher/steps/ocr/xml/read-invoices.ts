import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { readCii } from './cii.ts';
import { readFatturaPa } from './fattura-pa.ts';
import { type InvoiceValues, invoiceOf } from './invoice-values.ts';
import { parseXml } from './parse-xml.ts';
import { readUbl } from './ubl.ts';
import type { XmlElement } from './xml-element.ts';

/** Maximum invoices of one XML document: FatturaPA allows many. */
const MAX_INVOICES = 100;

/**
 * The invoices in an XML document: one, or several of a FatturaPA. Null for any other document.
 *
 * @throws Refusal when it is not readable XML
 */
export function readInvoices(bytes: Uint8Array): Invoice[] | null {
  const root = parseXml(bytes);
  const invoices = valuesOf(root)
    .slice(0, MAX_INVOICES)
    .filter(({ number, total, net }) => number !== null || total !== null || net !== null)
    .map(invoiceOf);
  return invoices.length === 0 ? null : invoices;
}

/** Roots are identified by name and namespace: other invoice formats also have an `Invoice`. */
function valuesOf(root: XmlElement): InvoiceValues[] {
  const { name } = root;
  const declares = (namespace: RegExp) => [...root.attributes.values()].some((value) => namespace.test(value));
  if (name === 'CrossIndustryInvoice' || name === 'CrossIndustryDocument') return [readCii(root)];
  if ((name === 'Invoice' || name === 'CreditNote') && declares(/^urn:oasis:names:specification:ubl:/)) {
    const values = readUbl(root);
    return [{ ...values, typeCode: values.typeCode ?? (name === 'CreditNote' ? '381' : null) }];
  }
  return name === 'FatturaElettronica' ? readFatturaPa(root) : [];
}
