import { cents, eu, inWords, iso, items, type Layout, row, share, sum } from './sample.ts';

const dashed = (date: Date): string => iso(date).split('-').reverse().join('-');

/** Dutch layouts, modelled on real invoices but not copied. */
export const DUTCH_LAYOUTS: Readonly<Record<string, Layout>> = {
  bookkeeping: (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 21);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} B.V.
Keizersgracht 1
1015 CJ Amsterdam
FACTUUR
Factuurnummer       2026-${v.serial}
Factuurdatum        ${dashed(v.issued)}
Vervaldatum         ${dashed(v.dueOn)}
Omschrijving                      Aantal     Prijs       Bedrag
${items(prices, eu)}
                                  Subtotaal           € ${eu(net)}
                                  21% btw             € ${eu(tax)}
                                  Totaal              € ${eu(total)}
KvK 12345678 | btw NL001234567B01 | IBAN NL91 ABNA 0417 1643 00`,
      says: { number: `2026-${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  'telephone, Dutch': (v) => {
    const net = sum(v.prices(1));
    const tax = share(net, 21);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} Telecom
Klantnummer: 1234567
Factuurnummer: ${v.serial}
Datum: ${inWords(v.issued, 'nl')}
Totaal exclusief btw           € ${eu(net)}
Btw 21% over € ${eu(net)}      € ${eu(tax)}
Totaal te betalen              € ${eu(total)}
Wij schrijven dit bedrag rond ${inWords(v.dueOn, 'nl')} af.`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'wholesale, boxes': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 9);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} N.V.
Debiteurnr.     Factuurnr.     Factuurdatum     Vervaldatum
10044           ${String(v.serial).padEnd(15)}${dashed(v.issued)}       ${dashed(v.dueOn)}
Artikel                      Aantal     Prijs     Bedrag
Bloemen                      1          ${eu(net)}     ${eu(net)}
Goederenbedrag      BTW %      BTW bedrag      Totaal EUR
${row([0, eu(net)], [20, '9,00'], [31, eu(tax)], [47, eu(total)])}`,
      says: { number: String(v.serial), date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
};
