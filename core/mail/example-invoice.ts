import type { Invoice } from './enrichment-schema.ts';

const sure = <T>(value: T) => ({ value, confidence: 1 });

/** An electronic invoice, for the documentation. */
export const ELECTRONIC_INVOICE = {
  method: 'xml',
  vendor: sure('Example GmbH'),
  invoiceNumber: sure('2026-118'),
  invoiceDate: sure('2026-11-20'),
  dueDate: sure('2026-12-20'),
  currency: 'EUR',
  net: sure(100),
  tax: sure(19),
  total: sure(119),
  lineItems: [{ description: 'Paper', quantity: 4, unitPrice: 25, amount: 100, confidence: 1 }],
  inconsistent: [{ field: 'total', reason: 'printed', candidates: [119, 120] }],
  syntax: 'cii',
  profile: 'urn:cen.eu:en16931:2017',
  typeCode: '380',
  creditNote: false,
  seller: { name: 'Example GmbH', taxIds: [{ scheme: 'vat', id: 'DE123456789' }], country: 'DE' },
  buyer: { name: 'Example Ltd', taxIds: [{ scheme: 'vat', id: 'IE1234567FA' }], country: 'IE' },
  deliveryDate: sure('2026-11-18'),
  prepaid: sure(19),
  rounding: sure(0),
  payable: sure(100),
  taxes: [{ category: 'S', rate: 19, net: 100, tax: 19 }],
  paymentTerms: '30 days net',
  ibans: ['DE02120300000000202051'],
} satisfies Invoice;
