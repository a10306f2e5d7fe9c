import type { Words } from './words.ts';

/** Compounds are split into their parts: `rechnungsdatum` into `rechnung` and `datum`. */
export const GERMAN: Words = {
  months: [
    'januar, jänner, jan, jän',
    'februar, feber, feb',
    'märz, maerz, mrz, mär',
    'april, apr',
    'mai',
    'juni, jun',
    'juli, jul',
    'august, aug',
    'september, sept, sep',
    'oktober, okt',
    'november, nov',
    'dezember, dez',
  ],
  phrases: {
    invoice:
      'rechnung, handelsrechnung, schlussrechnung, teilrechnung, abschlagsrechnung, proformarechnung, warenrechnung, beleg, quittung, faktura, sammelrechnung, anzahlungsrechnung, honorarrechnung, teilschlussrechnung, korrekturrechnung, rechnungs, monatsrechnung, dauerrechnung, endrechnung, abschlussrechnung, kassenbon, bon, rechnungskorrektur, liquidation',
    'credit-note':
      'gutschrift, rechnungsgutschrift, stornorechnung, storno, storno rechnung, gutschriftsanzeige, stornobeleg',
    number: 'nummer, nr, no, num',
    'invoice number':
      're nr, re nummer, rg nr, rg nummer, rechn nr, rechn nummer, rechnr, renr, rgnr, belegnr, belegnummer, rechnungsnr, dokumentennummer, dokumentnummer, faktura nr, vorgangsnummer',
    date: 'datum',
    'invoice date':
      're datum, rg datum, rechn datum, ausstellungsdatum, belegdatum, rechnungsdatum, rechnungs datum, dokumentdatum, fakturadatum, ausgestellt am, erstellt am, rechnungstag',
    'due date':
      'fallig am, fallig bis, falligkeit, falligkeitsdatum, zahlbar bis, zahlbar bis zum, zahlungsziel, zahlung bis, zahlungstermin, zu zahlen bis, fallig zum, fallig, zahlbar bis spatestens, bis zum, falligkeitstermin, bitte uberweisen sie bis zum, zahlungsfrist, bitte zahlen sie bis zum, zahlungsfalligkeit, fallig per, zahlbar per, zahlbar am, zahlungsziel bis',
    sum: 'betrag, wert, betrage, entgelt',
    total: 'gesamt, summe, total, insgesamt, gesamtsumme, endsumme, summen, totalbetrag',
    grand: 'gesamtbetrag, endbetrag, gesamtpreis, endsumme, gesamtsumme, endpreis',
    'invoice grand':
      'rechnungsbetrag, rechnungssumme, rechnungsendbetrag, rechnungsgesamtbetrag, gesamtrechnungsbetrag, rechnungstotal, total rechnung, gesamt rechnung, rechnung gesamt',
    sub: 'zwischensumme, zwischentotal, positionssumme, warenwert, zwischenergebnis, summe positionen, warensumme',
    net: 'netto, nettobetrag, nettosumme, netto betrag, nettowert, nettorechnungsbetrag, steuerbasisbetrag, basisbetrag, bemessungsgrundlage, nettoentgelt, steuerbasis, gesamtnetto, nettogesamt',
    gross: 'brutto, bruttobetrag, bruttosumme, bruttogesamt, bruttowert, gesamtbrutto',
    tax: 'mwst, ust, umsatzsteuer, mehrwertsteuer, steuer, steuerbetrag, vorsteuer, umst, mwst betrag, ust betrag, mwstbetrag, ustbetrag, versicherungsteuer, versicherungssteuer, mws, steuern, umsatzsteuerbetrag',
    with: 'inkl, inklusive, incl, enthaltene, enthalten, davon, darin, einschl, einschliesslich, mit, enthaltener, enthalt, beinhaltet',
    without: 'exkl, ohne, excl, exklusive, vor, ausschl',
    due: 'zu zahlen, saldo, zahlbetrag, zu zahlender betrag, zahlungsbetrag, offener betrag, zu zahlender gesamtbetrag, noch zu zahlen, restbetrag, zu begleichen, zu uberweisen, zu uberweisender betrag, uberweisungsbetrag, offen, forderung, zahllast, nachzahlung, noch zu zahlender betrag, verbleibender betrag, falliger betrag, zu bezahlen, lastschriftbetrag, abbuchungsbetrag, auszahlungsbetrag',
    paid: 'bezahlt, bereits bezahlt, anzahlung, anzahlungen, geleistete anzahlungen, erhaltene anzahlungen, erhaltene anzahlung, vorauszahlung, abschlag, abschlage, gezahlt, bereits gezahlt, gegeben, ruckgeld, bar, ec karte, abschlagszahlung, abschlagszahlungen, vorauszahlungen, zahlungen, zahlung',
    extra:
      'versand, versandkosten, porto, fracht, frachtkosten, lieferkosten, verpackung, transportkosten, zuschlag, zuschlage, gesamtbetrag der zuschlage, liefer und versandkosten, summe zuschlage, trinkgeld, mahngebuhr',
    discount:
      'rabatt, skonto, nachlass, sondernachlass, abzug, abzgl, gesamtbetrag der abschlage, summe abschlage, rabattbetrag, ermassigung, gutschein, preisnachlass',
    previous: 'saldovortrag, vorheriger saldo, ubertrag, alter saldo, vortrag, uebertrag, mahnung',
    rounding: 'rundung, rundungsdifferenz, rundungsbetrag',
    price:
      'preis, einzelpreis, stuckpreis, einheitspreis, nettopreis, bruttopreis, e preis, ep, zeilenbetrag, vk preis, positionsbetrag, einzel, zeilensumme, g preis',
    other:
      'bestell, bestellung, bestellnummer, bestelldatum, auftrag, auftrags, kunde, kunden, kundennummer, kundennr, kd, kd nr, liefer, lieferung, lieferschein, lieferdatum, leistung, leistungsdatum, leistungszeitraum, zeitraum, menge, seite, stk, stuck, telefon, fax, tel, steuernummer, steuer nr, steuernr, ust id, ustid, ust idnr, ustidnr, ust id nr, ust ident nr, ust identnr, umsatzsteuer id, umsatzsteuer identifikationsnummer, umsatzsteueridentifikationsnummer, ust identifikationsnummer, ihre ust, mwst nr, mwst nummer, uid, uid nr, handelsregister, handelsregisternummer, hrb, amtsgericht, vertrag, vertragsnummer, vertragskonto, konto, kontonummer, kontonr, blz, bankleitzahl, artikel, art nr, artikelnummer, satz, steuersatz, ust satz, mwst satz, prozent, tage, tagen, monat, monatlich, jahr, stunden, std, km, gewicht, zahler, zahlerstand, projekt, projektnummer, angebot, angebotsnummer, druckdatum, geburtsdatum, bestellt, mandat, mandatsreferenz, glaubiger, referenz, zeichen, ihr zeichen, unser zeichen, verbrauch, kurs, buchungsdatum, abrechnungszeitraum, steuerfrei, pro, punkte, verwendungszweck, gultig, lieferant nr, lieferantennummer, position, leistungs, lief, einkauf, personal, sachbearbeiter, buchung, gerat, mahngebuhren, verzug, verzugszinsen, kaution, kreditkarte, gesamtrabatt, mindest, pfand, leergut, anzahl, ansprechpartner, objekt, filiale, kasse, bediener, terminal, trace, genehmigungs, wee, gln, gtin, ean, bestelldatum, eingang, kartennummer, sendung, sendungs, lastschrift, abbuchung, monatliche, jahrlich, versicherungs, stichtag, beginn, ende',
    seller:
      'verkaufer, lieferant, rechnungsersteller, rechnungssteller, verkauft von, leistungserbringer, rechnungsaussteller, verkauf durch, verkauf und versand durch, dienstleister, auftragnehmer',
    buyer:
      'kaufer, rechnungsempfanger, leistungsempfanger, kunde, empfanger, rechnungsadresse, rechnungsanschrift, lieferadresse, lieferanschrift, warenempfanger, an, z hd, zu handen, auftraggeber, kaufer leistungsempfanger, besteller, rechnung an, herrn, frau, firma, abweichender zahlungsempfanger, versandadresse, schuldner',
    neutral:
      'zzgl, zuzuglich, der, die, das, des, von, auf, in, zum, zu, und, fur, gesetzl, gesetzliche, gesetzlicher, eur, euro, chf, ihr, ihre, unsere, dieser, aus, am, lt, laut, im, bei, den, es, ergibt, sich, ein, eines',
  },
};
