import type { Words } from './words.ts';

export const ITALIAN: Words = {
  months: [
    'gennaio, gen',
    'febbraio, feb',
    'marzo, mar',
    'aprile, apr',
    'maggio, mag',
    'giugno, giu',
    'luglio, lug',
    'agosto, ago',
    'settembre, sett, set',
    'ottobre, ott',
    'novembre, nov',
    'dicembre, dic',
  ],
  phrases: {
    invoice:
      'fattura, ricevuta, parcella, scontrino, fattura proforma, fattura elettronica, fattura immediata, fattura differita, fattura accompagnatoria, bolletta, ricevuta fiscale, fatt',
    'credit-note': 'nota di credito, nota credito, nota di accredito, storno',
    number: 'numero, num, n, nr, no',
    'invoice number':
      'fattura n, fattura nr, numero fattura, n fattura, numero documento, n documento, fattura numero, fattura num, fattura no, nr fattura, documento n, n ro fattura, n doc, nr documento, num documento',
    date: 'data',
    'invoice date':
      'data fattura, data documento, data emissione, data di emissione, data della fattura, data doc, emessa il, data di fatturazione',
    'due date':
      'scadenza, data scadenza, data di scadenza, scadenza pagamento, da pagare entro, da pagare entro il, entro il, scadenze, pagamento entro il, scade il',
    sum: 'importo, valore, ammontare',
    total: 'totale, somma, totali, importo totale, tot',
    grand: 'totale complessivo, totale generale, totale ivato',
    'invoice grand':
      'totale fattura, totale documento, importo fattura, totale della fattura, importo totale documento, tot fattura, tot documento, importo documento, importo totale fattura',
    sub: 'subtotale, sub totale, totale merce, totale parziale, totale righe, totale merci',
    net: 'netto, imponibile, totale imponibile, base imponibile, totale netto, importo netto, iva esclusa, tot imponibile, imponibile iva, totale imponibili, imponibili, netto merce',
    gross: 'lordo, iva inclusa, iva compresa, ivato, totale lordo, ivata',
    tax: 'iva, i v a, imposta, imposte, totale iva, totale imposta, importo iva, tot iva, imposta iva, di cui iva, totale imposte',
    with: 'incl, inclusa, compresa, di cui, con, incluso',
    without: 'esclusa, escluso, senza',
    due: 'da pagare, totale da pagare, netto a pagare, importo da pagare, saldo, totale dovuto, dovuto, importo dovuto, a pagare, netto da pagare, totale a pagare, a saldo, residuo, da saldare, importo a pagare, totale a dovere',
    paid: 'pagato, acconto, acconti, anticipo, gia pagato, importo pagato, versato, contanti, resto, pagamenti, totale pagato',
    extra:
      'spese di spedizione, spedizione, trasporto, spese, bollo, spese trasporto, imballo, spese di trasporto, spese incasso, bolli, marca da bollo, contributo, cassa previdenza, rivalsa, spese bancarie, imposta di bollo',
    discount: 'sconto, sconti, ritenuta, ritenuta d acconto, abbuono, totale sconti',
    previous: 'saldo precedente, fattura precedente',
    rounding: 'arrotondamento',
    price: 'prezzo, prezzo unitario, prezzo unit, p unitario, prezzo un, unitario, prezzo netto, importo riga',
    other:
      'ordine, cliente, conto, codice, codice cliente, codice fiscale, cod fisc, cod fiscale, c f, partita iva, p iva, piva, part iva, quantita, qta, q ta, pagina, pag, telefono, tel, ddt, data ordine, data consegna, numero ordine, numero cliente, n cliente, n ordine, contratto, riferimento, vs rif, ns rif, aliquota, aliquota iva, giorni, mese, periodo, consumo, colli, peso, data ddt, agente, banca, abi, cab, cin, cap, rea, sdi, destinatario codice, codice destinatario, codice sdi, cig, cup, vettore, causale, data trasporto, natura, esigibilita, pec, anno, data pagamento, modalita, tipo documento, unita, punti, capitale sociale, cap soc, cassa, rimborso, data operazione, per, partita',
    seller: 'fornitore, cedente, cedente prestatore, venditore, emittente, prestatore, venduto da, emessa da',
    buyer:
      'cliente, cessionario, cessionario committente, destinatario, acquirente, spett, spett le, spettabile, destinazione, indirizzo di fatturazione, indirizzo di spedizione, intestatario, luogo di destinazione, committente, fatturare a, fatturato a, egr, gent, intestata a, dati cliente, destinazione merce, cessionario committente',
    neutral: 'di, della, il, lo, la, i, in, e, ed, al, a, questa, eur, euro, da, un',
  },
};
