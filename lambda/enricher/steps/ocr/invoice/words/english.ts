import type { Words } from './words.ts';

export const ENGLISH: Words = {
  months: [
    'january, jan',
    'february, feb',
    'march, mar',
    'april, apr',
    'may',
    'june, jun',
    'july, jul',
    'august, aug',
    'september, sept, sep',
    'october, oct',
    'november, nov',
    'december, dec',
  ],
  phrases: {
    invoice: 'invoice, tax invoice, commercial invoice, receipt, bill, proforma, pro forma, statement, invoices',
    'credit-note': 'credit note, credit memo, credit invoice, tax credit note',
    number: '#, number, no, num, nr, nbr, id, ref, reference',
    'invoice number': 'invoice #, receipt #, bill #, inv no, inv #, invoice id, document number, document no',
    date: 'date',
    'invoice date':
      'date of issue, issue date, issued on, issued, date issued, date of invoice, billing date, bill date, tax date, tax point, document date, invoiced on, date created',
    'due date':
      'due date, date due, due on, due by, pay by, payable by, payment due, payment due by, payment due on, payment due date, payment date due, please pay by, pay before, due before, payable before, payable on, remit until, please remit until, remit by, please remit by, pay until, payment by, please pay before',
    sum: 'amount, value, charges, fee',
    total: 'total, totals, sum',
    grand: 'grand total, order total, total charged, amount charged, total price, total cost, net payable, final total',
    'invoice grand':
      'invoice total, total invoice, invoice amount, invoice value, bill total, total invoice amount, total for this invoice, total amount of invoice',
    sub: 'item s subtotal, subtotal, sub total, total before tax, merchandise total, item subtotal, items subtotal, total charges',
    net: 'net, untaxed, taxable, net amount, amount before tax, before tax, before vat, taxable value, taxable amount, untaxed amount, net total',
    gross:
      'gross, tax inclusive, taxes inclusive, inclusive of all taxes, inclusive of taxes, inclusive of tax, vat inclusive, gst inclusive',
    tax: 'vat, tax, taxes, gst, hst, pst, qst, sales tax, igst, cgst, sgst, value added tax, service tax, cst, tva, tax amount, vat amount',
    with: 'incl, including, inc, inclusive of, includes, included',
    without: 'excl, excluding, exc, ex, without, exclusive of, exempt',
    due: 'due, balance due, amount due, total due, payable, amount payable, total payable, to pay, to be paid, amount owed, amount owing, balance, outstanding, amount to pay, pay this amount, please pay, now due, total amount due, total amount payable, due now, new balance, current balance',
    paid: 'paid, amount paid, payments, payment made, payment received, deposit, already paid, prepaid, total paid, less payment, less payments, credits, payments and credits, amount received, advance, paid to date, tendered, cash, change',
    extra:
      'shipping, freight, handling, delivery, postage, surcharge, carriage, s h, shipping and handling, packing, delivery charges, shipping charges, tip, gratuity, insurance, shipping cost, delivery fee, service charge, booking fee',
    discount:
      'discount, discounts, rebate, promotion, coupon, less discount, total discount, total discounts, savings, you saved, total savings',
    previous:
      'previous balance, previous, last bill, balance forward, brought forward, opening balance, past due, overdue, carried forward, balance brought forward, amount of last bill, previous amount due, prior balance',
    rounding: 'rounding, round off, rounded, rounding adjustment',
    price: 'price, unit price, unit cost, rate, each, item price, line total, unit, list price, cost',
    other:
      'order, purchase order, po, p o, customer, account, client, delivery date, ship date, shipping date, order date, quantity, qty, hours, hrs, items, units, weight, page, phone, tel, fax, vat no, vat number, vat id, vat reg, vat registration, tax id, tax no, tax number, gst no, gstin, abn, ein, registration, company, company number, reg no, service date, period, billing period, from date, start date, end date, date of birth, statement period, days, kg, payment terms, terms, tax rate, vat rate, rate, percent, transaction, payment id, tracking, serial, order number, exchange rate, contract, project, quote, estimate, your reference, our reference, bank, sort code, iban, swift, bic, date of supply, supply date, date paid, paid on, payment date, date of payment, print date, printed, booking, room, check in, check out, vat registration number, gst registration, points, late fee, late payment, month, year, week, pcs, license, licence, certificate, receipt of goods, card, authorization, approval, terminal, cashier, register, next, sales order, invoice period, ship, via, by, code, pan, cin, hsn, sac, expiry, expires, valid until, renewal, usage, last payment, auto, charge date, item, sku, ticket, flight, guest, minimum, monthly, daily, annual, per, billing period, tax registration, taxpayer, identification, if, after, purchase, minimum due, minimum payment',
    seller:
      'seller, sold by, supplier, vendor, from, issued by, bill from, billed by, service provider, invoice from, biller, provider',
    buyer:
      'bill to, billed to, sold to, ship to, customer, client, buyer, invoice to, deliver to, attn, attention, recipient, billing address, shipping address, delivery address, invoice address, customer name, client name, to, bill to address, purchaser, consignee, customer details, invoiced to, prepared for, account name, guest name, delivered to, deliver to address, ship to address, receiver, payer',
    neutral:
      'of, the, for, in, this, on, and, your, our, a, is, at, s, please, usd, eur, gbp, estimated, us, all, new, current, total of',
  },
};
