import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { InvoiceValues } from './invoice-values.ts';
import {
  amountAt,
  amountsAt,
  currencyCode,
  decimal,
  ibans,
  isoDate,
  linesFrom,
  paragraphs,
  sum,
  unitPrice,
} from './values.ts';
import type { XmlElement } from './xml-element.ts';

/** UBL 2 Invoice and CreditNote: Peppol BIS Billing 3, XRechnung, and others. BT-n are the terms of EN 16931. */
export function readUbl(root: XmlElement): InvoiceValues {
  const currency = currencyCode(root.one('DocumentCurrencyCode')); // BT-5
  const amount = (name: string) => amountAt(root, `LegalMonetaryTotal/${name}`, currency);
  return {
    syntax: 'ubl',
    profile: root.one('CustomizationID'), // BT-24
    number: root.one('ID'), // BT-1
    typeCode: root.one('InvoiceTypeCode|CreditNoteTypeCode'), // BT-3
    invoiceDate: isoDate(root.one('IssueDate')), // BT-2
    dueDate: isoDate(root.one('DueDate') ?? root.one('PaymentMeans/PaymentDueDate')), // BT-9
    deliveryDate: isoDate(root.one('Delivery/ActualDeliveryDate')), // BT-72
    seller: partyOf(root.all('AccountingSupplierParty/Party')), // BG-4
    buyer: partyOf(root.all('AccountingCustomerParty/Party')), // BG-7
    currency,
    net: amount('TaxExclusiveAmount'), // BT-109
    // BT-110. The same in the accounting currency is BT-111.
    tax: sum(amountsAt(root, 'TaxTotal/TaxAmount', currency)),
    total: amount('TaxInclusiveAmount'), // BT-112
    prepaid: amount('PrepaidAmount'), // BT-113
    rounding: amount('PayableRoundingAmount'), // BT-114
    payable: amount('PayableAmount'), // BT-115
    taxes: root.all('TaxTotal/TaxSubtotal').map((tax) => ({
      category: tax.one('TaxCategory/ID'),
      rate: decimal(tax.one('TaxCategory/Percent')),
      net: amountAt(tax, 'TaxableAmount', currency),
      tax: amountAt(tax, 'TaxAmount', currency),
    })),
    paymentTerms: paragraphs(root.texts('PaymentTerms/Note')), // BT-20
    ibans: ibans(root.texts('PaymentMeans/PayeeFinancialAccount/ID')), // BT-84
    lineItems: linesFrom(root.all('InvoiceLine|CreditNoteLine'), (line) => ({
      description: line.one('Item/Name') ?? line.one('Item/Description'),
      quantity: decimal(line.one('InvoicedQuantity|CreditedQuantity')),
      unitPrice: unitPrice(amountAt(line, 'Price/PriceAmount', currency), decimal(line.one('Price/BaseQuantity'))),
      amount: amountAt(line, 'LineExtensionAmount', currency),
    })),
  };
}

/** The registered name (BT-27) takes precedence over the trading name (BT-28). */
function partyOf([party, another]: XmlElement[]): Invoice['seller'] {
  if (party === undefined || another !== undefined) return null;
  const person = ['FirstName', 'MiddleName', 'FamilyName'].flatMap((name) => party.texts(`Person/${name}`)).join(' ');
  const taxIds = party.all('PartyTaxScheme').flatMap((registration) => {
    const id = registration.one('CompanyID');
    const scheme = registration.one('TaxScheme/ID') === 'VAT' ? ('vat' as const) : ('other' as const);
    return id === null ? [] : [{ scheme, id }];
  });
  return {
    name: party.one('PartyLegalEntity/RegistrationName') ?? party.one('PartyName/Name') ?? (person || null),
    taxIds,
    country: party.one('PostalAddress/Country/IdentificationCode'),
  };
}
