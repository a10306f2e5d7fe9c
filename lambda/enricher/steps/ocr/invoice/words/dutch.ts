import type { Words } from './words.ts';

export const DUTCH: Words = {
  months: [
    'januari, jan',
    'februari, feb',
    'maart, mrt',
    'april, apr',
    'mei',
    'juni, jun',
    'juli, jul',
    'augustus, aug',
    'september, sept, sep',
    'oktober, okt',
    'november, nov',
    'december, dec',
  ],
  phrases: {
    invoice:
      'factuur, rekening, nota, bon, kassabon, voorschotfactuur, verzamelfactuur, verkoopfactuur, factuur nummer',
    'credit-note': 'creditnota, creditfactuur, credit nota',
    number: 'nummer, nr, no',
    'invoice number': 'factuurnr, factuurnummer, notanummer, factuur nr, rekeningnota nummer, documentnummer',
    date: 'datum',
    'invoice date': 'factuurdatum, notadatum, datum factuur, factuur datum, documentdatum',
    'due date':
      'vervaldatum, vervaldag, te betalen voor, uiterlijk te betalen, betalen voor, uiterste betaaldatum, te voldoen voor, betaaldatum, te betalen uiterlijk op, vervalt op, uiterlijk betalen voor, betaal voor, uiterste betaaldag, betalen uiterlijk',
    sum: 'bedrag, waarde',
    total: 'totaal, som, totaalbedrag, totale',
    grand: 'totaalbedrag, eindtotaal, eindbedrag, totaal generaal, totaalprijs',
    'invoice grand': 'factuurbedrag, totaal factuur, factuurtotaal, totale factuurbedrag, totaal factuurbedrag',
    sub: 'subtotaal, tussentotaal',
    net: 'netto, excl btw, exclusief btw, ex btw, maatstaf van heffing, grondslag, nettobedrag, netto bedrag, maatstaf, excl b t w, zonder btw, goederenbedrag',
    gross: 'bruto, incl btw, inclusief btw, btw inbegrepen, btw incl, brutobedrag, incl b t w',
    tax: 'btw, b t w, omzetbelasting, btw bedrag, btwbedrag, totaal btw, accijns',
    with: 'inclusief, incl, waarvan, inbegrepen, met',
    without: 'exclusief, excl, zonder',
    due: 'te betalen, te voldoen, openstaand, openstaand bedrag, nog te betalen, verschuldigd, te betalen bedrag, totaal te betalen, openstaand saldo, verschuldigd bedrag, te ontvangen, saldo te betalen, te betalen totaal, totaal te voldoen',
    paid: 'betaald, reeds betaald, voorschot, aanbetaling, vooruitbetaald, voldaan, reeds voldaan, betaling, betalingen, ontvangen, contant, pin, wisselgeld, ideal, aanbetalingen',
    extra:
      'verzendkosten, verzending, transport, bezorgkosten, vracht, orderkosten, administratiekosten, toeslag, portokosten, vrachtkosten, fooi, statiegeld',
    discount: 'korting, kortingen, betalingskorting',
    previous: 'vorig saldo, oud saldo, vorige factuur',
    rounding: 'afronding, afrondingsverschil',
    price: 'prijs, stuksprijs, eenheidsprijs, prijs per stuk, tarief, stukprijs, per stuk, regelbedrag',
    other:
      'order, ordernummer, orderdatum, bestelling, bestelnummer, besteldatum, klant, klantnummer, klantnr, debiteur, debiteurnummer, debiteurennummer, debiteurnr, levering, leverdatum, leveringsdatum, aantal, pagina, telefoon, kvk, kvk nummer, btw nummer, btw nr, btw id, btw nl, btw tarief, btw percentage, iban, bic, rekeningnummer, periode, dagen, uren, contract, contractnummer, referentie, uw referentie, uw kenmerk, ons kenmerk, kenmerk, incasso, machtiging, pakbon, verzenddatum, betalingskenmerk, betalingstermijn, tarieven, omschrijving, stuks, verlegd, btw verlegd, afschrijving, lidnummer, maand, week, kenteken, project, projectnummer, kosten, machtigingskenmerk, uiterlijk, incassant, serienummer, thuiskopieheffing, verbruik, geldig, artikel, ondernemingsnummer, leveringsadres',
    seller: 'verkoper, leverancier, verkocht door, opdrachtnemer, factuur van',
    buyer:
      'koper, klant, factuuradres, afleveradres, leveradres, bezorgadres, ontvanger, aan, geadresseerde, factuur aan, opdrachtgever, t a v, ter attentie van, klantgegevens, afnemer, debiteur naam',
    neutral: 'van, de, het, op, voor, en, deze, uw, eur, euro, over, per, in, laag, hoog',
  },
};
