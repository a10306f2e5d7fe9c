import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { onlyOne, type XmlElement } from './xml-element.ts';

/** Values of an invoice as in its XML. A value that does not match its type is absent. */

type Lines = Invoice['lineItems'];

/** XML needs no OCR: it is what the sender's program wrote. */
export const SURE = 1;

export const found = <T>(value: T | null): { value: T; confidence: number } | null =>
  value === null ? null : { value, confidence: SURE };

/** `xs:decimal`, rounded where floating point would add digits of its own. */
export function decimal(text: string | null): number | null {
  if (text === null || !/^[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})$/.test(text)) return null;
  const value = Number(text);
  return value === 0 ? 0 : value;
}

/** Null when there are none, or one that is not a number. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return toCents(known.reduce((total, value) => total + value, 0));
}

/** Cents suffice for sums of amounts with two decimals. */
export const toCents = (value: number): number => Math.round(value * 100) / 100 || 0;

/** `2026-11-28`, optionally followed by a time or a zone, and `20261128` (UN/EDIFACT 2379: 102, 203, 204). */
export function isoDate(text: string | null): string | null {
  const match = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:(?:T|[ +Z-])[\d:.+TZ-]*|\d{4}(?:\d{2})?)?$/.exec(text ?? '');
  if (match === null) return null;
  const date = `${match[1]}-${match[3]}-${match[4]}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  // Some programs take 31 February for 3 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}

/** ISO 4217 */
export const currencyCode = (text: string | null): string | null =>
  text !== null && /^[A-Z]{3}$/.test(text) ? text : null;

/** The amount at a path in the currency of the document, if its `currencyID` says so. */
export function amountAt(element: XmlElement | null, path: string, currency: string | null): number | null {
  return onlyOne(amountsAt(element, path, currency));
}

export function amountsAt(element: XmlElement | null, path: string, currency: string | null): (number | null)[] {
  const written = element?.all(path).filter(({ text }) => text !== '') ?? [];
  return written
    .filter(({ attributes }) => currency === null || (attributes.get('currencyID') ?? currency) === currency)
    .map(({ text }) => decimal(text));
}

/** Accounts other than IBANs have no check digits. */
export function ibans(accounts: readonly string[]): string[] {
  const compact = accounts.map((account) => account.replace(/\s/g, '').toUpperCase());
  return [...new Set(compact.filter((account) => /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(account)))].slice(0, 20);
}

/** Several remarks become paragraphs. */
export const paragraphs = (texts: readonly string[]): string | null => texts.join('\n').slice(0, 2_000) || null;

/** Maximum lines of an invoice. */
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

/** Price of one unit, from a price for `per` units. */
export function unitPrice(price: number | null, per: number | null): number | null {
  if (price === null || per === null || per === 1 || per === 0) return price;
  return Number((price / per).toPrecision(12));
}
