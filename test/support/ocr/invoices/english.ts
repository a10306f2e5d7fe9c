import { cents, dotted, indian, inWords, iso, items, type Layout, share, slashed, sum, us } from './sample.ts';

/** Layouts of invoicing programs in English outside North America, modelled on real ones but not copied. */
export const ENGLISH_LAYOUTS: Readonly<Record<string, Layout>> = {
  'Australia, labels above values': (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 10);
    const total = cents(net + tax);
    const short = (date: Date) => inWords(date, 'en-GB', { month: 'short' });
    return {
      text: `TAX INVOICE              Invoice Date              ${v.vendor} Pty Ltd
                         ${short(v.issued).padEnd(26)}1 George Street
${v.buyer.padEnd(25)}Invoice Number            SYDNEY NSW 2000
                         ${`INV-${v.serial}`.padEnd(26)}AUSTRALIA
                         Reference
                         PO 8812
                         ABN
                         11 111 111 111
Description                            Quantity     Unit Price     GST      Amount AUD
${items(prices, us)}
                                                            Subtotal        ${us(net)}
                                                            TOTAL GST 10%   ${us(tax)}
                                                            TOTAL AUD       ${us(total)}
Due Date: ${short(v.dueOn)}
Payment by bank transfer.`,
      says: { number: `INV-${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'AUD', net, tax, total },
    };
  },
  'freelancer, three columns': (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 20);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} Ltd
VAT Reg No: GB 123 4567 89
Billed To              Date of Issue         Invoice Number          Amount Due (GBP)
${v.buyer.padEnd(23)}${slashed(v.issued).padEnd(22)}${String(v.serial).padEnd(24)}£${us(total)}
London                 Due Date
                       ${slashed(v.dueOn)}
Description                             Rate       Qty        Line Total
${items(prices, us)}
                                        Subtotal              ${us(net)}
                                        VAT (20%)             ${us(tax)}
                                        Total                 ${us(total)}
                                        Amount Paid           0.00
                                        Amount Due (GBP)      £${us(total)}`,
      says: {
        number: String(v.serial),
        date: iso(v.issued),
        due: iso(v.dueOn),
        currency: 'GBP',
        net,
        tax,
        total,
        vendor: `${v.vendor} Ltd`,
      },
    };
  },
  'heads in one cell over values': (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 15);
    const total = cents(net + tax);
    return {
      text: `${v.vendor}
Invoice INV/2026/${v.serial}
Invoice Date: Due Date:   Source:
${slashed(v.issued)} ${slashed(v.dueOn)}    S00044
Description        Quantity    Unit Price    Taxes    Amount
${items(prices, us)}
                                 Untaxed Amount    € ${us(net)}
                                 Tax 15%           € ${us(tax)}
                                 Total             € ${us(total)}
Payment terms: 30 Days
Payment Communication: INV/2026/${v.serial}`,
      says: {
        number: `INV/2026/${v.serial}`,
        date: iso(v.issued),
        due: iso(v.dueOn),
        currency: 'EUR',
        net,
        tax,
        total,
      },
    };
  },
  'wholesale, United Kingdom': (v) => {
    const goods = sum(v.prices());
    const carriage = 9.5;
    const net = cents(goods + carriage);
    const tax = share(net, 20);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} Limited                        INVOICE
Unit 4 Trading Estate                    Page 1
Leeds LS1 4AP
                                         Invoice No        ${v.serial}
${v.buyer} Ltd                           Invoice/Tax Date  ${slashed(v.issued)}
                                         Order No          PO-771
                                         Account Ref       RED001
Quantity   Description          Unit Price    Disc Amt    Net Amount    VAT %    VAT
1          Goods                ${us(goods)}      0.00      ${us(goods)}      20.00    ${us(share(goods, 20))}
                                              Total Net Amount    ${us(goods)}
                                              Carriage Net        ${us(carriage)}
                                              Total Tax Amount    ${us(tax)}
                                              Invoice Total       £${us(total)}
Registered in England No 01234567. VAT Reg No GB 999 9999 73`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'GBP', net, tax, total },
    };
  },
  'India, two taxes': (v) => {
    const net = sum(v.prices(4).map((price) => price * 40));
    const half = share(net, 9);
    const total = cents(net + half + half);
    return {
      text: `TAX INVOICE
${v.vendor} Private Limited
Plot 9, Andheri East, Mumbai 400093
GSTIN: 27AAAAA0000A1Z5      Invoice No.: GST/26/${v.serial}
Invoice Date: ${iso(v.issued).split('-').reverse().join('-')}
Bill To: ${v.buyer} Pvt Ltd
Sl   Description of Services       HSN/SAC      Amount
1    Software development          998314       ${indian(net)}
     Taxable Value                              ₹${indian(net)}
     CGST @ 9%                                  ₹${indian(half)}
     SGST @ 9%                                  ₹${indian(half)}
     Grand Total                                ₹${indian(total)}
Amount in words: as above`,
      says: { number: `GST/26/${v.serial}`, date: iso(v.issued), currency: 'INR', net, tax: cents(half + half), total },
    };
  },
  'cloud, several accounts': (v) => {
    const net = sum(v.prices(3));
    return {
      text: `Invoice                                  Invoice number: 48${v.serial}
${v.vendor} Cloud EMEA Limited           Total in EUR     €${us(net)}
Velasco, Clanwilliam Place
Dublin 2
Ireland
VAT number: IE 3668997OH
Bill to                                  Details
${v.buyer}                               ..................................
Berlin                                   Invoice number        48${v.serial}
                                         Invoice date          ${inWords(v.issued, 'en-US', { month: 'short' })}
                                         Billing ID            1234-5678-9012
Summary for Nov 1, 2026 - Nov 30, 2026
Subtotal in EUR                          €${us(net)}
VAT (0%)                                 €0.00
Total in EUR                             €${us(net)}
Services subject to the reverse charge.`,
      says: { number: `48${v.serial}`, date: iso(v.issued), currency: 'EUR', net, tax: 0, total: net },
    };
  },
  'credit note': (v) => {
    const net = sum(v.prices(1));
    const tax = share(net, 20);
    return {
      text: `${v.vendor} Limited
CREDIT NOTE
Credit Note Number: CN-${v.serial}
Date: ${slashed(v.issued)}
Original invoice: INV-1
Description                   Amount GBP
Returned goods                (${us(net)})
Subtotal                      (${us(net)})
VAT 20%                       (${us(tax)})
Total credit                  £(${us(cents(net + tax))})`,
      says: { number: `CN-${v.serial}`, date: iso(v.issued), net: -net, tax: -tax, total: -cents(net + tax) },
    };
  },
  'hosting, dates with points': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 19);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} GmbH • Industriestr. 25 • 91710 Gunzenhausen
${v.buyer}
12 High Street
London
                                       Invoice no.:     R00${v.serial}
                                       Invoice date:    ${dotted(v.issued)}
                                       Customer no.:    K06${v.serial}
Invoice 
Product              Quantity     Unit price      Total price (excl. VAT)
Server AX41          1            € ${us(net)}      € ${us(net)}
                                  Total (excl. VAT)      € ${us(net)}
                                  VAT (19%)              € ${us(tax)}
                                  Amount due             € ${us(total)}
The invoice amount will soon be debited from your account.
${v.vendor} GmbH       Tel: +49 9831 5050      VAT ID: DE812871812`,
      says: {
        number: `R00${v.serial}`,
        date: iso(v.issued),
        currency: 'EUR',
        net,
        tax,
        total,
        vendor: `${v.vendor} GmbH`,
      },
    };
  },
};
