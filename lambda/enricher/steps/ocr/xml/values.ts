import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { onlyOne, type XmlElement } from './xml-element.ts';

/** Values of an invoice as its XML has them. What is not written as its type says is absent. */

type Lines = Invoice['lineItems'];

/** What is written in XML was not recognised: it is what the sender's program says. */
export const SURE = 1;

export const found = <T>(value: T | null): { value: T; confidence: number } | null =>
  value === null ? null : { value, confidence: SURE };

/** `xs:decimal`, rounded where floating point would add digits of its own. */
export function decimal(text: string | null): number | null {
  if (text === null || !/^[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})$/.test(text)) return null;
  const value = Number(text);
  return value === 0 ? 0 : value;
}

/** Null when there is none, or one that is no number. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return toCents(known.reduce((total, value) => total + value, 0));
}

/** Cents are enough for sums of amounts that have two decimals. */
export const toCents = (value: number): number => Math.round(value * 100) / 100 || 0;

/** `2026-11-28`, with a time or a zone behind it, and `20261128` (UN/EDIFACT 2379: 102, 203, 204). */
export function isoDate(text: string | null): string | null {
  const match = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:(?:T|[ +Z-])[\d:.+TZ-]*|\d{4}(?:\d{2})?)?$/.exec(text ?? '');
  if (match === null) return null;
  const date = `${match[1]}-${match[3]}-${match[4]}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  // 31 February is the third of March to some.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}

/** ISO 4217 */
export const currencyCode = (text: string | null): string | null =>
  text !== null && /^[A-Z]{3}$/.test(text) ? text : null;

/** The amount at a path in the currency of the document, where its `currencyID` tells. */
export function amountAt(element: XmlElement | null, path: string, currency: string | null): number | null {
  return onlyOne(amountsAt(element, path, currency));
}

export function amountsAt(element: XmlElement | null, path: string, currency: string | null): (number | null)[] {
  const written = element?.all(path).filter(({ text }) => text !== '') ?? [];
  return written
    .filter(({ attributes }) => currency === null || (attributes.get('currencyID') ?? currency) === currency)
    .map(({ text }) => decimal(text));
}

/** Accounts that are no IBAN have no check digits. */
export function ibans(accounts: readonly string[]): string[] {
  const compact = accounts.map((account) => account.replace(/\s/g, '').toUpperCase());
  return [...new Set(compact.filter((account) => /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(account)))].slice(0, 20);
}

/** Several remarks are paragraphs. */
export const paragraphs = (texts: readonly string[]): string | null => texts.join('\n').slice(0, 2_000) || null;

/** Lines of an invoice that are kept. */
const MAX_LINES = 1_000;

export function linesFrom(
  elements: readonly XmlElement[],
  read: (line: XmlElement) => Omit<Lines[number], 'confidence' | 'description'> & { description: string | null },
): Lines {
  return elements.slice(0, MAX_LINES).map((line) => {
    const { description, ...values } = read(line);
    return { description: (description ?? '').slice(0, 1_000), ...values, confidence: SURE };
  });
}

/** Price of one, of a price for `per`. */
export function unitPrice(price: number | null, per: number | null): number | null {
  if (price === null || per === null || per === 1 || per === 0) return price;
  return Number((price / per).toPrecision(12));
}
