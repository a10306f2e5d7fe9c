import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { parseAmount } from './amounts.ts';
import { type AmountKind, amountKind } from './labels.ts';
import { isMoney, type ReadRow } from './read-rows.ts';

type LineItem = Invoice['lineItems'][number];

const MAX_ITEMS = 500;
/** Heads of the columns of an item table. */
const ITEMS_HEAD =
  /(?<![\p{L}\d])(?:description|item|items|activity|details|article|product|service|bezeichnung|beschreibung|artikel|artikelbezeichnung|leistung|position|pos|désignation|libellé|omschrijving|artikel|descripción|concepto|descrizione|prodotto)(?![\p{L}])/iu;
const ITEMS_AMOUNT =
  /(?<![\p{L}\d])(?:amount|total|price|betrag|gesamt|gesamtpreis|preis|einzelpreis|summe|unit price|montant|prix|bedrag|prijs|totaal|importe|precio|importo|prezzo|totale)(?![\p{L}])/iu;

/** `Description … Amount`: each row below is about one item. */
export const isItemsHead = (text: string): boolean => ITEMS_HEAD.test(text) && ITEMS_AMOUNT.test(text);

/** Rows between the head of a table, `Description … Amount`, and its sums. */
export function lineItems(rows: readonly ReadRow[]): LineItem[] {
  const head = rows.findIndex(({ text }) => isItemsHead(text));
  if (head === -1) return [];
  const items: LineItem[] = [];
  for (const row of rows.slice(head + 1)) {
    const isSum = row.labels.some((label) => label.leads && label.unknown === 0 && isSumKind(amountKind(label)));
    if (isSum || items.length === MAX_ITEMS) break;
    const item = itemOf(row);
    if (item !== null) items.push(item);
  }
  return items;
}

/** Delivery and discounts also have lines of their own. */
const isSumKind = (kind: AmountKind | null): boolean => kind !== null && kind !== 'extra' && kind !== 'discount';

/** `Copier paper A4   40   18.50   740.00`: description, quantity, unit price, line total. */
function itemOf({ text, confidence, numbers }: ReadRow): LineItem | null {
  const amounts = numbers.filter(isMoney);
  const last = amounts.at(-1);
  if (last === undefined) return null;
  const price = amounts.at(-2) ?? null;
  const before = text.slice(0, price?.start ?? last.start).trimEnd();
  const quantity = /(?:^|\s)(\d{1,6}(?:[.,]\d{1,3})?)(?:\s?(?:x|×|pcs|pc|st|stk|stück|h|hrs|std)\.?)?$/iu.exec(before);
  const description = before
    .slice(0, quantity?.index ?? before.length)
    .replace(/^\d{1,3}[.)]?\s{2,}/, '')
    .trim();
  if (!/\p{L}/u.test(description)) return null;
  return {
    description,
    quantity: quantity?.[1] === undefined ? null : parseAmount(quantity[1]),
    unitPrice: price?.value ?? null,
    amount: last.value,
    confidence,
  };
}
