import { american, cents, inWords, iso, items, type Layout, row, share, sum, us } from './sample.ts';

/** Layouts of invoicing programs and shops in the United States and Canada, modelled on real ones but not copied. */
export const AMERICAN_LAYOUTS: Readonly<Record<string, Layout>> = {
  'payment service': (v) => {
    const net = sum(v.prices(2));
    const tax = share(net, 8.25);
    const total = cents(net + tax);
    const long = (date: Date) => inWords(date, 'en-US');
    return {
      text: `Invoice
Invoice number   5C2F9A01-${v.serial}
Date of issue    ${long(v.issued)}
Date due         ${long(v.dueOn)}

${v.vendor}, Inc.              Bill to
12 Market Street              ${v.buyer} LLC
San Francisco, CA 94103       77 Pine Road
United States                 Portland, OR 97201

$${us(total)} USD due ${long(v.dueOn)}
Pay online
Description                     Qty      Unit price      Amount
Team plan                       1        $${us(net)}      $${us(net)}
Subtotal                                                 $${us(net)}
Sales Tax - California (8.25% on $${us(net)})            $${us(tax)}
Total                                                    $${us(total)}
Amount due                                               $${us(total)} USD
Page 1 of 1`,
      says: {
        number: `5C2F9A01-${v.serial}`,
        date: iso(v.issued),
        due: iso(v.dueOn),
        currency: 'USD',
        net,
        tax,
        total,
        vendor: `${v.vendor}, Inc.`,
      },
    };
  },
  'accounting, heads over values': (v) => {
    const prices = v.prices(3);
    const total = sum(prices);
    return {
      text: `${v.vendor} LLC
4 Harbor Blvd
Tampa, FL 33602
billing@${v.vendor.toLowerCase().replace(/[^a-z]/g, '')}.example
                                                  INVOICE
BILL TO                          SHIP TO
${v.buyer}                       ${v.buyer}
INVOICE #      DATE          TOTAL DUE        DUE DATE       TERMS      ENCLOSED
${v.serial}          ${american(v.issued).padEnd(14)}$${us(total).padEnd(16)}${american(v.dueOn).padEnd(15)}Net 30
DATE         ACTIVITY             QTY       RATE           AMOUNT
${items(prices, us)}
                                        BALANCE DUE        $${us(total)}`,
      says: {
        number: String(v.serial),
        date: iso(v.issued),
        due: iso(v.dueOn),
        currency: 'USD',
        total,
        vendor: `${v.vendor} LLC`,
      },
    };
  },
  'small business, payment made': (v) => {
    const prices = v.prices();
    const net = sum(prices);
    const tax = share(net, 7);
    const total = cents(net + tax);
    const paid = cents(total / 2);
    return {
      text:
        row([0, v.vendor], [60, 'INVOICE']) +
        `
                                        Invoice# INV-00${v.serial}
                                        Balance Due
                                        $${us(cents(total - paid))}
Bill To
${v.buyer}                              Invoice Date :     ${inWords(v.issued, 'en-GB', { month: 'short' })}
                                        Terms :            Net 15
                                        Due Date :         ${inWords(v.dueOn, 'en-GB', { month: 'short' })}
#   Item & Description                   Qty        Rate       Amount
${items(prices, us)}
                                        Sub Total          ${us(net)}
                                        Sales Tax (7%)     ${us(tax)}
                                        Total              $${us(total)}
                                        Payment Made       (-) ${us(paid)}
                                        Balance Due        $${us(cents(total - paid))}
Notes
Thanks for your business.`,
      says: { number: `INV-00${v.serial}`, date: iso(v.issued), due: iso(v.dueOn), currency: 'USD', net, tax, total },
    };
  },
  'shop, shipping and discount': (v) => {
    const prices = v.prices(3);
    const goods = sum(prices);
    const tax = share(goods, 6.5);
    const total = cents(goods + 12.95 - 5 + tax);
    return {
      text: `${v.vendor}
Order Number: 112-55${v.serial}
Order Date: ${inWords(v.issued, 'en-US')}
Invoice Number: ${v.serial}
Invoice Date: ${inWords(v.issued, 'en-US')}
Product              Qty      Price
${items(prices, us, 66)}
Item(s) Subtotal:            $${us(goods)}
Shipping & Handling:         $12.95
Discount:                    -$5.00
Estimated tax to be collected: $${us(tax)}
Grand Total:                 $${us(total)}
Visa ending in 1234          $${us(total)}`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'USD', tax, total },
    };
  },
  'ride receipt': (v) => {
    const fare = cents(12 + v.whole(1, 900) / 100);
    const total = cents(fare + 2.15);
    return {
      text: `${inWords(v.issued, 'en-US')}
Thanks for riding, Robin
Total                     $${us(total)}
Trip fare                 $${us(fare)}
Subtotal                  $${us(fare)}
Booking Fee               $2.15
Amount Charged
Visa ••••4242             $${us(total)}
A downloadable receipt is available. License Plate: 8XYZ123`,
      says: { currency: 'USD', total },
    };
  },
  'utility, balance before': (v) => {
    const before = cents(v.whole(2_000, 9_000) / 100);
    const charges = sum(v.prices(2));
    return {
      text: `${v.vendor} Energy
Account number 440011${v.serial}
Statement date: ${inWords(v.issued, 'en-US')}
Previous balance                 $${us(before)}
Payments received - thank you   -$${us(before)}
New charges                      $${us(charges)}
Amount due                       $${us(charges)}
Please pay by ${inWords(v.dueOn, 'en-US')}
Your bill explained: tariffs are listed on page 2`,
      says: { due: iso(v.dueOn), currency: 'USD', total: charges },
    };
  },
  'restaurant receipt': (v) => {
    const prices = v.prices(3).map((price) => cents(price / 100 + 4));
    const net = sum(prices);
    const tax = share(net, 8.875);
    const total = cents(net + tax);
    return {
      text: `${v.vendor} Diner
88 Broadway, New York, NY 10001
Receipt 04${v.serial}      ${american(v.issued)} 12:41 PM
Server: Kim   Table 7
1 Burger            ${us(prices[0] ?? 0)}
1 Fries             ${us(prices[1] ?? 0)}
1 Shake             ${us(prices[2] ?? 0)}
Subtotal            ${us(net)}
Tax                 ${us(tax)}
Total               $${us(total)}
Cash                $${us(cents(Math.ceil(total / 20) * 20))}
Change              $${us(cents(Math.ceil(total / 20) * 20 - total))}`,
      says: { total, currency: 'USD', tax, net },
    };
  },
  'Canada, two taxes': (v) => {
    const net = sum(v.prices(2));
    const gst = share(net, 5);
    const qst = share(net, 9.975);
    const total = cents(net + gst + qst);
    return {
      text: `${v.vendor} Inc.
1000 Sherbrooke, Montréal QC H3A 3G4 Canada
INVOICE
Invoice No.   ${v.serial}
Date   ${iso(v.issued)}
Description                        Amount
Design                             $${us(net)}
Subtotal                           $${us(net)}
GST 5% (123456789 RT0001)          $${us(gst)}
QST 9.975% (1234567890 TQ0001)     $${us(qst)}
TOTAL CAD                          $${us(total)}
Overdue accounts are charged 2% per month`,
      says: { number: String(v.serial), date: iso(v.issued), currency: 'CAD', net, tax: cents(gst + qst), total },
    };
  },
};
