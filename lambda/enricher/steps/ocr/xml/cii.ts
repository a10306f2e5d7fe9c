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
import { onlyOne, type XmlElement } from './xml-element.ts';

/**
 * UN/CEFACT Cross Industry Invoice: ZUGFeRD 1 (`CrossIndustryDocument`), and ZUGFeRD 2, Factur-X and XRechnung
 * (`CrossIndustryInvoice`), which use new names for the same things. With EN 16931 terms (BT-n), where they exist.
 */
export function readCii(root: XmlElement): InvoiceValues {
  const document = part(root, 'ExchangedDocument|HeaderExchangedDocument');
  const trade = part(root, 'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction');
  const agreement = part(trade, 'ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement');
  const delivery = part(trade, 'ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery');
  const settlement = part(trade, 'ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement');
  const sums = part(
    settlement,
    'SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation',
  );
  const currency = currencyCode(settlement?.one('InvoiceCurrencyCode') ?? null); // BT-5
  const amount = (path: string) => amountAt(sums, path, currency);
  const taxes = (settlement?.all('ApplicableTradeTax') ?? []).map((tax) => taxOf(tax, currency));
  return {
    syntax: 'cii',
    profile: root.one(
      'ExchangedDocumentContext|SpecifiedExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID',
    ),
    number: document?.one('ID') ?? null, // BT-1
    typeCode: document?.one('TypeCode') ?? null, // BT-3
    invoiceDate: dateAt(document, 'IssueDateTime/DateTimeString|DateTime'), // BT-2
    dueDate: dateAt(settlement, 'SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString|DateTime'), // BT-9
    deliveryDate: dateAt(delivery, 'ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString|DateTime'), // BT-72
    seller: partyOf(part(agreement, 'SellerTradeParty')), // BG-4
    buyer: partyOf(part(agreement, 'BuyerTradeParty')), // BG-7
    currency,
    net: amount('TaxBasisTotalAmount'), // BT-109
    // BT-110. MINIMUM may omit it, and has no breakdown.
    tax: amount('TaxTotalAmount') ?? (sums?.texts('TaxTotalAmount').length ? null : sum(taxes.map(({ tax }) => tax))),
    total: amount('GrandTotalAmount'), // BT-112
    prepaid: amount('TotalPrepaidAmount'), // BT-113
    rounding: amount('RoundingAmount'), // BT-114
    payable: amount('DuePayableAmount'), // BT-115
    taxes,
    paymentTerms: paragraphs(settlement?.texts('SpecifiedTradePaymentTerms/Description') ?? []), // BT-20
    ibans: ibans(
      settlement?.texts('SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID') ?? [],
    ), // BT-84
    lineItems: linesFrom(trade?.all('IncludedSupplyChainTradeLineItem') ?? [], (line) => lineOf(line, currency)),
  };
}

/** A part that occurs exactly once. */
function part(element: XmlElement | null, name: string): XmlElement | null {
  const parts = element?.all(name) ?? [];
  return parts.length === 1 ? (parts[0] ?? null) : null;
}

const dateAt = (element: XmlElement | null, path: string): string | null =>
  onlyOne((element?.texts(path) ?? []).map(isoDate));

function partyOf(party: XmlElement | null): Invoice['seller'] {
  if (party === null) return null;
  const taxIds = party.all('SpecifiedTaxRegistration/ID').flatMap(({ text, attributes }) => {
    const scheme = attributes.get('schemeID') === 'VA' ? ('vat' as const) : ('other' as const);
    return text === '' ? [] : [{ scheme, id: text }];
  });
  return { name: party.one('Name'), taxIds, country: party.one('PostalTradeAddress/CountryID') };
}

function taxOf(tax: XmlElement, currency: string | null): NonNullable<Invoice['taxes']>[number] {
  return {
    category: tax.one('CategoryCode'),
    rate: decimal(tax.one('RateApplicablePercent|ApplicablePercent')),
    net: onlyOne(amountsAt(tax, 'BasisAmount', currency)),
    tax: onlyOne(amountsAt(tax, 'CalculatedAmount', currency)),
  };
}

function lineOf(line: XmlElement, currency: string | null) {
  const product = part(line, 'SpecifiedTradeProduct');
  const price = part(
    part(line, 'SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement'),
    'NetPriceProductTradePrice',
  );
  const settlement = part(line, 'SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement');
  const sums = part(
    settlement,
    'SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation',
  );
  return {
    description:
      product?.one('Name') ??
      product?.one('Description') ??
      paragraphs(line.texts('AssociatedDocumentLineDocument/IncludedNote/Content')),
    quantity: decimal(line.one('SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery/BilledQuantity')),
    unitPrice: unitPrice(amountAt(price, 'ChargeAmount', currency), decimal(price?.one('BasisQuantity') ?? null)),
    amount: amountAt(sums, 'LineTotalAmount', currency),
  };
}
