import { cents, dotted, eu, inWords, iso, items, type Layout, row, share, sum, swiss } from './sample.ts';

/** German layouts of invoicing programs, shops and providers, modelled on real ones but not copied. */
export const GERMAN_LAYOUTS: Readonly<Record<string, Layout>> = {
  'office in the cloud': (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} GmbH · Lindenweg 3 · 79098 Freiburg
${v.buyer} AG
Herr Peter Kunde                                Rechnungsnr.:      RE${v.serial}
Hauptstr. 1                                     Kundennr.:         10042
50667 Köln                                      Datum:             ${dotted(v.issued)}
                                                Lieferdatum:       ${dotted(v.issued)}
Rechnung RE${v.serial}
Sehr geehrter Herr Kunde, vielen Dank für Ihren Auftrag.
Pos.   Bezeichnung                              Menge    Einzel (€)    Gesamt (€)
${items(prices, eu)}
                                                Gesamtbetrag netto              ${eu(net)}
                                                zzgl. Umsatzsteuer 19%          ${eu(tax)}
                                                Gesamtbetrag brutto             ${eu(total)}
Zahlbar bis zum ${dotted(v.dueOn)} ohne Abzug.
${v.vendor} GmbH     Bank: Sparkasse     USt-IdNr.: DE123456789
Lindenweg 3          IBAN: DE02 1203 0000 0000 2020 51     www.${v.vendor.toLowerCase().replace(/[^a-z]/g, '')}.example`,
      says: {
        number: `RE${v.serial}`,
        date: iso(v.issued),
        due: iso(v.dueOn),
        net,
        tax,
        total,
        vendor: `${v.vendor} GmbH`,
      },
    };
  },
  'craftsman, partial invoice': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `Malerbetrieb ${v.vendor}
Abschlagsrechnung Nr. ${v.serial} vom ${dotted(v.issued)}
Bauvorhaben: Neubau Musterweg 5
Leistungszeitraum: 01.02.2026 - 28.02.2026
Summe netto                  ${eu(net)} EUR
+ 19 % MwSt.                 ${eu(tax)} EUR
Rechnungsbetrag              ${eu(total)} EUR
Öffnungszeiten: Mo.-Fr. 08.30 - 12.30 und 14.00 - 17.00 Uhr
Bitte überweisen Sie den Betrag bis ${dotted(v.dueOn)}.`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'online shop': (v) => {
    const total = sum(v.prices(2));
    const net = cents(total / 1.19);
    const tax = cents(total - net);
    return {
      text: `Rechnung
Zahlbetrag ${eu(total)} €
Rechnungsdatum /Lieferdatum      ${inWords(v.issued, 'de')}
Rechnungsnummer                  DE${v.serial}AEUI
Verkauft von ${v.vendor} EU S.à r.l., Niederlassung Deutschland
USt-IDNr. DE814584193
Rechnungsadresse                 Lieferadresse
Petra Beispiel                   Petra Beispiel
Bestelldatum  ${inWords(v.issued, 'de')}
Bestellnummer 303-1234567-${v.serial}
Beschreibung                     Menge     Stückpreis (ohne USt.)     USt. %     Stückpreis (inkl. USt.)     Zwischensumme (inkl. USt.)
Kopfhörer                        1         ${eu(net)} €     19%     ${eu(total)} €     ${eu(total)} €
                                 Gesamtpreis                ${eu(total)} €
USt. %                           Zwischensumme (ohne USt.)              USt.
19%                              ${eu(net)} €                           ${eu(tax)} €
USt. Gesamt                      ${eu(net)} €                           ${eu(tax)} €`,
      says: { number: `DE${v.serial}AEUI`, date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  telephone: (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `Ihre Rechnung für ${inWords(v.issued, 'de', { day: undefined })}
${v.vendor} Telefon GmbH, Postfach 30 04 63, 53184 Bonn
Datum                ${dotted(v.issued)}
Seite                1 von 4
Kundennummer         47 11 ${v.serial}
Rechnungsnummer      77${v.serial}
Buchungskonto        2512345678
Ihre Rechnung im Überblick                        Beträge (Euro)
Monatliche Beträge                                ${eu(net)}
Summe der oben angeführten Beträge                ${eu(net)}
Umsatzsteuer 19,00% auf ${eu(net)} Euro           ${eu(tax)}
Zu zahlender Betrag                               ${eu(total)}
Den zu zahlenden Betrag buchen wir am ${dotted(v.dueOn)} ab.`,
      says: { number: `77${v.serial}`, date: iso(v.issued), tax, total, currency: 'EUR' },
    };
  },
  'two rates in a table': (v) => {
    const [food, goods] = [sum(v.prices(2)), sum(v.prices(1))];
    const [low, high] = [share(food, 7), share(goods, 19)];
    const net = cents(food + goods);
    const tax = cents(low + high);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} KG                                   Rechnung
Marktplatz 2                                    Rechnungs-Nr.      ${v.serial}
04109 Leipzig                                   Rechnungsdatum     ${dotted(v.issued)}
Artikel                  Menge      MwSt.      Einzelpreis      Gesamtpreis
Kaffee                   1          7 %        ${eu(food)}      ${eu(food)}
Tassen                   1          19 %       ${eu(goods)}     ${eu(goods)}
MwSt.-Satz       Nettobetrag       MwSt.-Betrag       Bruttobetrag
${row([0, '7 %'], [-28, eu(food)], [-48, eu(low)], [-66, eu(cents(food + low))])}
${row([0, '19 %'], [-28, eu(goods)], [-48, eu(high)], [-66, eu(cents(goods + high))])}
${row([0, 'Summe'], [-28, eu(net)], [-48, eu(tax)], [-66, eu(total)])}
Endbetrag                                                  ${eu(total)} €`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'two rates in lines': (v) => {
    const [food, goods] = [sum(v.prices(1)), sum(v.prices(2))];
    const [low, high] = [share(food, 7), share(goods, 19)];
    const net = cents(food + goods);
    const total = cents(net + low + high);
    return {
      text: `${v.vendor} e.K.
Schlussrechnung
Belegnummer: ${v.serial}
Belegdatum: ${dotted(v.issued)}
Fälligkeit: ${dotted(v.dueOn)}
Bezeichnung                Betrag
Ware A                     ${eu(food)} €
Ware B                     ${eu(goods)} €
Nettosumme                 ${eu(net)} €
MwSt. 7 % von ${eu(food)} €     ${eu(low)} €
MwSt. 19 % von ${eu(goods)} €   ${eu(high)} €
Gesamtsumme                ${eu(total)} €
abzgl. Anzahlung           50,00 €
Restbetrag                 ${eu(cents(total - 50))} €`,
      says: {
        number: String(v.serial),
        date: iso(v.issued),
        due: iso(v.dueOn),
        currency: 'EUR',
        net,
        tax: cents(low + high),
        total,
      },
    };
  },
  'small trader without tax': (v) => {
    const prices = v.prices(2);
    const total = sum(prices);
    return {
      text: `${v.vendor}, Inh. Tim Beispiel, Gartenweg 4, 01067 Dresden
Rechnung Nr. 7 vom ${inWords(v.issued, 'de')}
Leistung                                 Betrag
${items(prices, eu)}
Gesamtbetrag                             ${eu(total)} EUR
Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.
Zahlbar innerhalb von 14 Tagen.`,
      says: { number: '7', date: iso(v.issued), currency: 'EUR', total },
    };
  },
  Switzerland: (v) => {
    const net = sum(v.prices(3));
    const tax = share(net, 8.1);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} AG
Bahnhofstrasse 1, 8001 Zürich                    Rechnung ${v.serial}
CHE-123.456.789 MWST
Rechnungsdatum:     ${dotted(v.issued)}
Zahlbar bis:        ${dotted(v.dueOn)}
Beschreibung                              Betrag CHF
Beratung                                  ${swiss(net)}
Zwischentotal                             ${swiss(net)}
MWST 8.1%                                 ${swiss(tax)}
Total CHF                                 ${swiss(total)}
Empfangsschein            Zahlteil
Währung   Betrag          Währung   Betrag
CHF       ${swiss(total)}          CHF       ${swiss(total)}`,
      says: { number: String(v.serial), date: iso(v.issued), due: iso(v.dueOn), currency: 'CHF', net, tax, total },
    };
  },
  'credit by self-billing': (v) => {
    const net = sum(v.prices(1));
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} GmbH & Co. KG
Gutschrift Nr. G-${v.serial}
Gutschriftsdatum ${dotted(v.issued)}
Provision                       ${eu(net)}
Netto                           ${eu(net)}
USt. 19%                        ${eu(tax)}
Gesamt                          ${eu(total)} EUR`,
      says: { number: `G-${v.serial}`, date: iso(v.issued), currency: 'EUR', net, tax, total },
    };
  },
  'car workshop, boxes': (v) => {
    const net = sum(v.prices(3));
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `Autohaus ${v.vendor} GmbH        Tel. 0341 12 34 56
Kunden-Nr.     Rechnungs-Nr.     Datum           Seite
12001          ${String(v.serial).padEnd(18)}${dotted(v.issued)}      1
Frau Erika Muster
Am Ring 9
04155 Leipzig
Arbeitslohn                                      ${eu(net)}
Netto EUR            MwSt. 19%           Gesamt EUR
${row([0, eu(net)], [21, eu(tax)], [41, eu(total)])}
Der Betrag ist sofort fällig.`,
      says: { number: String(v.serial), date: iso(v.issued), net, tax, total, currency: 'EUR' },
    };
  },
};
