import { cents, dotted, eu, fr, inWords, iso, items, type Layout, row, share, slashed, sum } from './sample.ts';

/** French, Spanish and Italian layouts, modelled on real invoices but not copied. */
export const ROMANCE_LAYOUTS: Readonly<Record<string, Layout>> = {
  'hosting, French': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 20);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} SAS
2 rue Kellermann
59100 Roubaix - France
Facture n° FR${v.serial}
Date d'émission : ${inWords(v.issued, 'fr')}
Date d'échéance : ${inWords(v.dueOn, 'fr')}
Référence client : ab1234-ovh
Abonnement                        Quantité    Prix unitaire    Prix HT
VPS 2026                          1           ${fr(net)} €     ${fr(net)} €
                                  Prix HT               ${fr(net)} €
                                  TVA (20%)             ${fr(tax)} €
                                  Prix TTC              ${fr(total)} €
SAS au capital de 50 000 000 € - RCS Lille 424 761 419 00045 - N° TVA : FR 22 424 761 419`,
      says: { number: `FR${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  'freelancer, French table of rates': (v) => {
    const [a, b] = [sum(v.prices(1)), sum(v.prices(2))];
    const [low, high] = [share(a, 5.5), share(b, 20)];
    const net = cents(a + b);
    const tax = cents(low + high);
    const total = cents(net + tax);
    return {
      text: `${v.vendor}
SIRET : 123 456 789 00012
FACTURE
Numéro de facture : F${v.serial}              Client : ${v.buyer}
Date de facturation : ${slashed(v.issued)}
Désignation                 Qté     PU HT      Total HT
Livres                      1       ${fr(a)}   ${fr(a)}
Conseil                     1       ${fr(b)}   ${fr(b)}
Taux         Base HT             Montant TVA
${row([0, '5,50 %'], [-22, fr(a)], [-44, fr(low)])}
${row([0, '20,00 %'], [-22, fr(b)], [-44, fr(high)])}
                            Total HT          ${fr(net)} €
                            Total TVA         ${fr(tax)} €
                            Total TTC         ${fr(total)} €
                            Acompte           100,00 €
                            Net à payer       ${fr(cents(total - 100))} €
Échéance : ${slashed(v.dueOn)}`,
      says: { number: `F${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  'telephone, French': (v) => {
    const net = sum(v.prices(1));
    const tax = share(net, 20);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} Mobile
Votre facture du ${inWords(v.issued, 'fr')}
N° de facture : 88${v.serial}
N° client : 1.20334
Montant HT                 ${fr(net)} €
TVA 20,00 %                ${fr(tax)} €
Montant TTC                ${fr(total)} €
Total à payer              ${fr(total)} €
prélevé le ${slashed(v.dueOn)}`,
      says: { number: `88${v.serial}`, date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'credit note, French': (v) => {
    const net = sum(v.prices(1));
    const tax = share(net, 20);
    return {
      text: `${v.vendor} SARL
Avoir n° AV-${v.serial} du ${slashed(v.issued)}
Total HT                 -${fr(net)} €
TVA 20 %                 -${fr(tax)} €
Total TTC                -${fr(cents(net + tax))} €`,
      says: {
        number: `AV-${v.serial}`,
        date: iso(v.issued),
        currency: 'EUR',
        net: -net,
        tax: -tax,
        total: -cents(net + tax),
      },
    };
  },
  Spain: (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 21);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} S.L.                      FACTURA
CIF: B12345678                    Nº Factura: F26-${v.serial}
Calle Mayor 1, 28013 Madrid       Fecha: ${slashed(v.issued)}
                                  Vencimiento: ${slashed(v.dueOn)}
Cliente: ${v.buyer}
Concepto                  Cantidad     Precio      Importe
Servicio                  1            ${eu(net)} €     ${eu(net)} €
                          BASE IMPONIBLE      ${eu(net)} €
                          IVA 21%             ${eu(tax)} €
                          TOTAL               ${eu(total)} €`,
      says: { number: `F26-${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  'Spain, boxes': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 10);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} S.A.
Factura               Fecha de emisión          Fecha de vencimiento
${`A/${v.serial}`.padEnd(22)}${inWords(v.issued, 'es').padEnd(26)}${inWords(v.dueOn, 'es')}
Descripción                                   Importe
Hotel                                         ${eu(net)}
Base imponible      % IVA       Cuota IVA       Total factura
${row([0, eu(net)], [20, '10,00'], [32, eu(tax)], [48, `${eu(total)} €`])}`,
      says: { date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  Italy: (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 22);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} S.r.l.
Via Roma 1, 20121 Milano - P.IVA 01234567890
Fattura n. ${v.serial} del ${slashed(v.issued)}
Spett.le ${v.buyer}
Descrizione                    Q.tà     Prezzo      Importo
Consulenza                     1        € ${eu(net)}     € ${eu(net)}
                               Imponibile      € ${eu(net)}
                               IVA 22%         € ${eu(tax)}
                               Totale          € ${eu(total)}
Scadenza pagamento: ${slashed(v.dueOn)}`,
      says: { number: String(v.serial), date: iso(v.issued), due: iso(v.dueOn), currency: 'EUR', net, tax, total },
    };
  },
  'Italy, boxes': (v) => {
    const net = sum(v.prices(3));
    const tax = share(net, 22);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} S.p.A.
Numero documento     Data documento     Codice cliente     Pagina
${String(v.serial).padEnd(21)}${dotted(v.issued).padEnd(19)}000123             1
Codice    Descrizione                        Importo
A1        Materiale                          ${eu(net)}
Totale imponibile       Totale IVA       Totale documento
${row([0, eu(net)], [24, eu(tax)], [41, `€ ${eu(total)}`])}`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'shop, French, tax included': (v) => {
    const prices = v.prices(2);
    const total = sum(prices);
    const tax = cents(total - cents(total / 1.2));
    return {
      text: `${v.vendor}
Facture / Reçu
Facture No ${v.serial}
Date : ${dotted(v.issued)}
Article                  Qté      Prix TTC
${items(prices, fr)}
Montant total TTC        ${fr(total)} €
dont TVA 20,00 %         ${fr(tax)} €
Payé par carte bancaire  ${fr(total)} €`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'EUR', tax, total },
    };
  },
};
