import { readInvoices } from '../xml/read-invoices.ts';
import { signedContent } from '../xml/signed-data.ts';
import { type Open, Refusal } from './refusal.ts';

/** An electronic invoice without a PDF around it. */
export const openXml: Open = async (bytes, _request, answer) => {
  const invoices = readInvoices(signedContent(bytes));
  if (invoices === null) throw new Refusal('the XML is not an invoice in CII, UBL or FatturaPA');
  answer({ type: 'document', kind: 'xml', pageCount: 0, cutOff: false, textLayer: null, invoices });
};
