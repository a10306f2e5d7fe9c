import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Constructed, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { describe, expect, it } from 'vitest';
import { comparedWithPrint } from '../../../lambda/enricher/steps/ocr/xml/compare-print.ts';
import { readInvoices } from '../../../lambda/enricher/steps/ocr/xml/read-invoices.ts';
import { signedContent } from '../../../lambda/enricher/steps/ocr/xml/signed-data.ts';
import { plainLines } from '../../support/ocr/plain-lines.ts';

const CASES = '../shared/cases/invoices/xml';
const UBL = 'urn:oasis:names:specification:ubl:schema:xsd';

const only = (xml: string) => {
  const [invoice, another] = readInvoices(Buffer.from(xml)) ?? [];
  if (invoice === undefined || another !== undefined) throw new Error('it holds one invoice');
  return invoice;
};

const ubl = (inside: string, root = 'Invoice', head = '') =>
  `${head}<${root} xmlns="${UBL}:${root}-2" xmlns:x="${UBL}:CommonBasicComponents-2">
    <x:ID>R&amp;D-7</x:ID><x:IssueDate>2026-11-28</x:IssueDate><x:DocumentCurrencyCode>EUR</x:DocumentCurrencyCode>
    ${inside}</${root}>`;

const sums = (net: string, tax: string, total: string) =>
  `<TaxTotal><x:TaxAmount currencyID="EUR">${tax}</x:TaxAmount></TaxTotal>
   <LegalMonetaryTotal><x:TaxExclusiveAmount currencyID="EUR">${net}</x:TaxExclusiveAmount>
   <x:TaxInclusiveAmount currencyID="EUR">${total}</x:TaxInclusiveAmount></LegalMonetaryTotal>`;

const cii = (settlement: string, type = '380') =>
  `<a:CrossIndustryInvoice xmlns:a="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">
    <a:ExchangedDocument><ID>1</ID><b:TypeCode>${type}</b:TypeCode>
    <IssueDateTime><DateTimeString format="102">20261128</DateTimeString></IssueDateTime></a:ExchangedDocument>
    <SupplyChainTradeTransaction><ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
    ${settlement}</ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></a:CrossIndustryInvoice>`;

const summation = (inside: string) =>
  `<SpecifiedTradeSettlementHeaderMonetarySummation>${inside}</SpecifiedTradeSettlementHeaderMonetarySummation>`;

describe('values of an electronic invoice', () => {
  it('are read with any prefix and with the entities of XML', () => {
    expect(only(ubl(sums('100.00', '19.00', '119.00')))).toMatchObject({
      method: 'xml',
      invoiceNumber: { value: 'R&D-7', confidence: 1 },
      invoiceDate: { value: '2026-11-28' },
      currency: 'EUR',
      net: { value: 100 },
      tax: { value: 19 },
      total: { value: 119 },
      creditNote: false,
    });
  });

  it('are null when they occur twice with different content', () => {
    const twice = '<GrandTotalAmount>119</GrandTotalAmount><GrandTotalAmount>1190</GrandTotalAmount>';
    expect(only(cii(summation(twice))).total).toBeNull();
  });

  it.each(['12,50', '1e3', '0x10', 'NaN', '', '1 000'])('are null when %j is no decimal', (amount) => {
    expect(only(ubl(sums(amount, '0', '0'))).net).toBeNull();
  });

  it('count only the tax in the currency of the invoice', () => {
    const amounts =
      '<TaxTotalAmount currencyID="EUR">19</TaxTotalAmount><TaxTotalAmount currencyID="USD">22</TaxTotalAmount>';
    expect(only(cii(summation(amounts))).tax).toEqual({ value: 19, confidence: 1 });
  });

  it('include the tax that MINIMUM omits', () => {
    const amounts = '<TaxBasisTotalAmount>100</TaxBasisTotalAmount><GrandTotalAmount>107.1</GrandTotalAmount>';
    expect(only(cii(summation(amounts))).tax).toEqual({ value: 7.1, confidence: 1 });
  });

  it('are marked when net and tax are not the total', () => {
    expect(only(ubl(sums('100', '19', '120'))).inconsistent).toEqual([
      { field: 'total', reason: 'sum', candidates: [120, 119] },
    ]);
    expect(only(ubl(sums('100', '19', '119'))).inconsistent).toBeUndefined();
  });

  it('keep the sign of a credit note, recognised by its code, its root or its negative total', () => {
    const negative = summation('<GrandTotalAmount>-119.00</GrandTotalAmount>');
    const positive = summation('<GrandTotalAmount>119.00</GrandTotalAmount>');
    expect(only(cii(negative))).toMatchObject({ creditNote: true, total: { value: -119 } });
    expect(only(cii(positive, '381'))).toMatchObject({ creditNote: true, total: { value: 119 } });
    expect(only(cii(positive, '384'))).toMatchObject({ creditNote: false, typeCode: '384' });
    expect(only(ubl(sums('1', '0', '1'), 'CreditNote'))).toMatchObject({ creditNote: true, typeCode: '381' });
  });

  it.each(['20260231', '2026-13-01', '28.11.2026', '261128'])('have no date in %s', (date) => {
    const xml = cii('').replace('20261128', date);
    expect(only(xml).invoiceDate).toBeNull();
  });
});

describe('XML is refused that', () => {
  const refusal = (xml: string) => () => readInvoices(Buffer.from(xml));

  it('declares a document type', () => {
    const doctype = '<!DOCTYPE Invoice [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
    expect(refusal(ubl('<x:Note>&file;</x:Note>', 'Invoice', doctype))).toThrow('declares a document type');
  });

  it('is too deep, has too many tags, or is truncated', () => {
    expect(refusal(ubl('<a>'.repeat(100) + '</a>'.repeat(100)))).toThrow('too deep');
    expect(refusal(ubl('<a/>'.repeat(500_001)))).toThrow('more than 500000 tags');
    expect(refusal(ubl(sums('100', '19', '119')).slice(0, 400))).toThrow('not well-formed');
  });

  it('is not in its declared encoding', () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="utf-8"?><a>'),
      Buffer.from([0xff]),
      Buffer.from('</a>'),
    ]);
    expect(() => readInvoices(bytes)).toThrow('the XML is not valid utf-8');
  });

  it('is something else, or an invoice in another format', () => {
    expect(readInvoices(Buffer.from('<feedback><ID>1</ID></feedback>'))).toBeNull();
    expect(
      readInvoices(Buffer.from('<Invoice xmlns="http://www.ebinterface.at/schema/5p0/"><ID>1</ID></Invoice>')),
    ).toBeNull();
  });

  it('is not refused for a base64 file inside an invoice', () => {
    const file = `<EmbeddedDocumentBinaryObject>${'A'.repeat(5_000_000)}</EmbeddedDocumentBinaryObject>`;
    expect(only(ubl(file + sums('100', '19', '119'))).total).toEqual({ value: 119, confidence: 1 });
  });

  it('is not refused for being declared Latin-1', () => {
    const xml = ubl(
      '<AccountingSupplierParty><Party><PartyName><x:Name>Müller</x:Name></PartyName></Party></AccountingSupplierParty>',
    );
    const bytes = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${xml}`, 'latin1');
    expect(readInvoices(bytes)?.[0]?.vendor?.value).toBe('Müller');
  });
});

describe('a signed invoice (.p7m)', () => {
  const oid = (value: string) => new ObjectIdentifier({ value });
  const explicit = (value: Sequence | OctetString) =>
    new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] });

  function signed(content: OctetString): Buffer {
    const encapsulated = new Sequence({ value: [oid('1.2.840.113549.1.7.1'), explicit(content)] });
    const signedData = new Sequence({ value: [new Integer({ value: 1 }), new Sequence({ value: [] }), encapsulated] });
    return Buffer.from(new Sequence({ value: [oid('1.2.840.113549.1.7.2'), explicit(signedData)] }).toBER());
  }
  const octets = (text: string) => new OctetString({ valueHex: new Uint8Array(Buffer.from(text)) });
  const text = (bytes: Uint8Array) => Buffer.from(signedContent(bytes)).toString();

  it('is read from the signed content, in one piece or several', () => {
    expect(text(signed(octets('<a/>')))).toBe('<a/>');
    const pieces = new OctetString({ isConstructed: true, value: [octets('<a'), octets('/>')] });
    expect(text(signed(pieces))).toBe('<a/>');
  });

  it('may be in base64, and signed twice', () => {
    const once = signed(octets('<a/>'));
    expect(text(Buffer.from(once.toString('base64')))).toBe('<a/>');
    expect(text(Buffer.from(`-----BEGIN PKCS7-----\n${once.toString('base64')}\n-----END PKCS7-----\n`))).toBe('<a/>');
    expect(text(signed(new OctetString({ valueHex: new Uint8Array(once) })))).toBe('<a/>');
  });

  it('is refused when it is truncated or empty', () => {
    expect(() => signedContent(signed(octets('<a/>')).subarray(0, 30))).toThrow('it is not a signed document');
    expect(() => signedContent(Buffer.from([0x30, 0x80]))).toThrow('it is not a signed document');
  });
});

describe('the totals of the XML and of the pages', () => {
  const invoice = only(ubl(sums('100', '19', '119')));

  it('contradict each other when that of the XML is not printed', () => {
    const pages = [plainLines('Rechnung Nr. 7\nNetto 200,00 EUR\nUSt 38,00 EUR\nGesamtbetrag 238,00 EUR')];
    expect(comparedWithPrint(invoice, pages).inconsistent).toEqual([
      { field: 'total', reason: 'printed', candidates: [119, 238] },
    ]);
  });

  it('agree when it is printed', () => {
    const pages = [plainLines('Rechnung Nr. 7\nGesamtbetrag 119,00 EUR')];
    expect(comparedWithPrint(invoice, pages).inconsistent).toBeUndefined();
  });
});

describe.skipIf(!existsSync(CASES))(`every XML file in ${CASES}`, () => {
  it.each(existsSync(CASES) ? readdirSync(CASES) : [])(
    '%s has number, date, seller, currency, and sums that add up',
    (file) => {
      const invoices = readInvoices(readFileSync(`${CASES}/${file}`)) ?? [];
      expect(invoices.length).toBeGreaterThan(0);
      for (const { invoiceNumber, invoiceDate, vendor, currency, net, tax, total, inconsistent } of invoices) {
        expect([invoiceNumber, invoiceDate, vendor, currency, net, tax, total]).not.toContain(null);
        expect(inconsistent).toBeUndefined();
      }
    },
  );
});
