import type { Words } from './words.ts';

export const FRENCH: Words = {
  months: [
    'janvier, janv',
    'février, fevrier, févr, fevr, fév',
    'mars',
    'avril, avr',
    'mai',
    'juin',
    'juillet, juil',
    'août, aout',
    'septembre, sept',
    'octobre, oct',
    'novembre, nov',
    'décembre, decembre, déc',
  ],
  phrases: {
    invoice:
      'facture, facture d acompte, facture proforma, facture pro forma, recu, ticket, facture de solde, factures, note d honoraires, quittance',
    'credit-note': 'avoir, facture d avoir, note de credit',
    number: 'numero, n, no, num, nº',
    'invoice number':
      'facture n, numero de facture, n de facture, n facture, no de facture, ref facture, reference facture, numero de la facture, n de la facture, facture no, facture numero, numero de piece',
    date: 'date, en date du',
    'invoice date':
      'date de facture, date de facturation, date facture, date d emission, facture du, date de la facture, emise le, date emission, etablie le, date du document, facture emise le, facturation du',
    'due date':
      'echeance, date d echeance, date limite de paiement, a payer avant le, a regler avant le, a payer avant, date de reglement, payable le, payable avant le, date limite de reglement, echeance le, date echeance, a regler le, echeance de paiement, date de prelevement, a payer au plus tard le, prelevement le, paiement du, exigible le',
    sum: 'montant, valeur',
    total: 'total, totaux, somme, total general, montant total',
    grand: 'total general',
    'invoice grand':
      'total facture, montant facture, montant de la facture, montant total de la facture, total de la facture, total de votre facture, montant total facture, total a facturer',
    sub: 'sous total, sous totaux',
    net: 'ht, hors taxe, hors taxes, htva, hors tva, net ht, total ht, base ht, montant ht, total net ht, base, total htva, h t, net commercial, net hors taxes',
    gross: 'ttc, toutes taxes comprises, tvac, tva comprise, tvai, t t c, taxes comprises',
    tax: 'tva, taxe, taxes, montant tva, t v a, total tva, tps, tvq, dont tva, montant de la tva',
    with: 'dont, inclus, incluse, y compris, comprise, avec',
    without: 'hors, sans, exonere',
    due: 'a payer, net a payer, reste a payer, montant du, solde, solde du, total a payer, montant a payer, a regler, net a regler, reste du, solde a payer, somme a payer, reste a regler, montant a regler, total du, montant preleve, somme due, net a payer ttc, total a regler, montant net a payer, prelevement, total dû, montant total du, solde a regler',
    paid: 'acompte, acomptes, deja paye, deja regle, paye, regle, montant paye, acompte verse, acomptes verses, paiement, paiements, reglement, reglements, total paye, montant regle, avance, deja verse, rendu, especes, carte bancaire',
    extra:
      'frais de port, port, livraison, transport, frais, frais de livraison, frais d expedition, eco participation, emballage, frais de transport, expedition, pourboire, port ht',
    discount: 'remise, remises, rabais, escompte, reduction, ristourne, montant remise, remise globale',
    previous: 'solde anterieur, solde precedent, report, ancien solde, report a nouveau, facture precedente',
    rounding: 'arrondi, arrondis',
    price: 'prix, prix unitaire, pu, p u, pu ht, p u ht, prix unitaire ht, unitaire, prix unit, puht, pu ttc, prix u',
    other:
      'commande, bon de commande, client, compte, code client, livraison le, date de livraison, date de commande, quantite, qte, page, telephone, n tva, no tva, numero tva, tva intracommunautaire, tva intra, n tva intracommunautaire, numero de tva, n de tva, n de tva intracommunautaire, siret, siren, rcs, ape, naf, contrat, reference client, votre reference, taux, taux tva, jours, mois, periode, ligne, dossier, devis, numero client, n client, numero de client, no client, n de client, n commande, numero de commande, n de commande, date commande, mandat, rum, ics, penalites, retard, indemnite, forfaitaire, kwh, base ht tva, point de livraison, abonnement, heures, hebergement, validite, bl, bon de livraison, capital, au capital de, en votre aimable reglement, points, numero de compte, releve, date de debut, date de fin, consommation, prochaine, prochain, capital social, sas, sa, sarl, par, tva sur les debits, autoliquidation, affaire, intracommunautaire, remboursement, colis, poids, code, identifiant',
    seller: 'vendeur, fournisseur, emetteur, vendu par, prestataire, emis par',
    buyer:
      'client, acheteur, destinataire, adresse de facturation, adresse de livraison, facture a, facturer a, livre a, facture par a, adresse facturation, adresse livraison, a l attention de, facturation, adresse du client, livraison a, facture adressee a, titulaire',
    neutral: 'de, la, le, les, des, d, l, et, en, au, aux, a, votre, cette, sur, pour, soit, eur, euros, euro, net',
  },
};
