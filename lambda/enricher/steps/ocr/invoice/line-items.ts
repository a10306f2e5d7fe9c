import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import type { Line } from '../text-lines.ts';
import { amountsIn, parseAmount } from './amounts.ts';
import { ITEMS_AMOUNT, ITEMS_HEAD, NET, NOT_TOTAL, TOTAL } from './labels.ts';

type LineItem = Invoice['lineItems'][number];

const MAX_ITEMS = 500;
/** A table ends where the sums begin. */
const SUMS = [NOT_TOTAL, ...NET, ...TOTAL];

/** Rows between the head of a table, `Description … Amount`, and its sums. */
export function lineItems(lines: readonly Line[]): LineItem[] {
  const head = lines.findIndex(
    ({ text }) => ITEMS_HEAD.test(text.toLowerCase()) && ITEMS_AMOUNT.test(text.toLowerCase()),
  );
  if (head === -1) return [];
  const items: LineItem[] = [];
  for (const line of lines.slice(head + 1)) {
    if (SUMS.some((label) => label.test(line.text.toLowerCase())) || items.length === MAX_ITEMS) break;
    const item = itemOf(line);
    if (item !== null) items.push(item);
  }
  return items;
}

/** `Copier paper A4   40   18.50   740.00`: what it is, how many, the price of one, and of all. */
function itemOf({ text, confidence }: Line): LineItem | null {
  const amounts = amountsIn(text);
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
