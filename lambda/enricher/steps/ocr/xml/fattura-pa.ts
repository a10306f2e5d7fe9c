import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { InvoiceValues } from './invoice-values.ts';
import { currencyCode, decimal, ibans, isoDate, linesFrom, sum } from './values.ts';
import type { XmlElement } from './xml-element.ts';

/** FatturaPA 1.1 and 1.2 (Agenzia delle Entrate): one sender and receiver, and one invoice per body. */
export function readFatturaPa(root: XmlElement): InvoiceValues[] {
  const [header, another] = root.all('FatturaElettronicaHeader');
  const known = another === undefined ? header : undefined;
  const seller = partyOf(
    known?.all('CedentePrestatore/DatiAnagrafici') ?? [],
    known?.one('CedentePrestatore/Sede/Nazione'),
  );
  const buyer = partyOf(
    known?.all('CessionarioCommittente/DatiAnagrafici') ?? [],
    known?.one('CessionarioCommittente/Sede/Nazione'),
  );
  return root.all('FatturaElettronicaBody').map((body) => ({
    syntax: 'fatturapa',
    profile: root.attributes.get('versione') ?? null,
    seller,
    buyer,
    ...bodyOf(body),
  }));
}

function bodyOf(body: XmlElement): Omit<InvoiceValues, 'syntax' | 'profile' | 'seller' | 'buyer'> {
  const general = (name: string) => body.one(`DatiGenerali/DatiGeneraliDocumento/${name}`);
  const taxes = body.all('DatiBeniServizi/DatiRiepilogo').map((tax) => ({
    category: tax.one('Natura'),
    rate: decimal(tax.one('AliquotaIVA')),
    net: decimal(tax.one('ImponibileImporto')),
    tax: decimal(tax.one('Imposta')),
  }));
  const net = sum(taxes.map((tax) => tax.net));
  const tax = sum(taxes.map((tax) => tax.tax));
  const rounding = decimal(general('Arrotondamento'));
  const printed = general('ImportoTotaleDocumento');
  const payments = body.all('DatiPagamento');
  return {
    number: general('Numero'),
    typeCode: general('TipoDocumento'),
    invoiceDate: isoDate(general('Data')),
    dueDate: isoDate(body.one('DatiPagamento/DettaglioPagamento/DataScadenzaPagamento')),
    deliveryDate: isoDate(body.one('DatiGenerali/DatiTrasporto/DataOraConsegna')),
    currency: currencyCode(general('Divisa')),
    net,
    tax,
    // It is optional.
    total: printed === null ? sum([net, tax, rounding ?? 0]) : decimal(printed),
    prepaid: null,
    rounding,
    // Several are alternatives, of which the payer chooses one.
    payable:
      payments.length === 1 ? sum(body.texts('DatiPagamento/DettaglioPagamento/ImportoPagamento').map(decimal)) : null,
    taxes,
    paymentTerms: body.one('DatiPagamento/CondizioniPagamento'),
    ibans: ibans(body.texts('DatiPagamento/DettaglioPagamento/IBAN')),
    lineItems: linesFrom(body.all('DatiBeniServizi/DettaglioLinee'), (line) => ({
      description: line.one('Descrizione'),
      quantity: decimal(line.one('Quantita')),
      unitPrice: decimal(line.one('PrezzoUnitario')),
      amount: decimal(line.one('PrezzoTotale')),
    })),
  };
}

function partyOf([party, another]: XmlElement[], country: string | null | undefined): Invoice['seller'] {
  if (party === undefined || another !== undefined) return null;
  const person = ['Nome', 'Cognome'].flatMap((name) => party.texts(`Anagrafica/${name}`)).join(' ');
  const vat = party.one('IdFiscaleIVA/IdCodice');
  const code = party.one('CodiceFiscale');
  return {
    name: party.one('Anagrafica/Denominazione') ?? (person || null),
    taxIds: [
      ...(vat === null ? [] : [{ scheme: 'vat' as const, id: `${party.one('IdFiscaleIVA/IdPaese') ?? ''}${vat}` }]),
      ...(code === null ? [] : [{ scheme: 'other' as const, id: code }]),
    ],
    country: country ?? null,
  };
}
