import { seededRandom } from '../../seeded-random.ts';

/** The true values of an invoice, in the form of its fields. Null: not printed, or not as a single value. */
export interface Said {
  vendor: string | null;
  number: string | null;
  date: string | null;
  due: string | null;
  currency: string | null;
  net: number | null;
  tax: number | null;
  total: number | null;
}

/** A layout: the text of an invoice, with columns where the page has them, and its true values. */
export type Layout = (values: Values) => { text: string; says: Partial<Said> };

const VENDORS = [
  'Northwind Traders',
  'Bluefin Analytics',
  'Karlsson & Meyer',
  'Orchard Lane Studio',
  'Quantum Forge',
  'Delta Print',
];
const BUYERS = ['Redwood Retail', 'Hollis Partners', 'Vantage Foods', 'Pinecrest Homes'];

/** Random values; the same seed gives the same values. */
export class Values {
  readonly #random: () => number;
  readonly vendor: string;
  readonly buyer: string;
  readonly issued: Date;
  readonly dueOn: Date;
  readonly serial: number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.vendor = this.pick(VENDORS);
    this.buyer = this.pick(BUYERS);
    this.issued = new Date(Date.UTC(2021 + this.whole(0, 5), this.whole(0, 11), this.whole(1, 28)));
    this.dueOn = new Date(this.issued.getTime() + this.pick([7, 14, 15, 30]) * 86_400_000);
    this.serial = this.whole(101, 98_000);
  }

  whole(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    const picked = from[this.whole(0, from.length - 1)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** Prices of line items, in whole cents. */
  prices(count = this.whole(1, 4)): number[] {
    return Array.from({ length: count }, () => this.whole(199, 180_000) / 100);
  }
}

export const cents = (value: number): number => Math.round(value * 100) / 100;
export const sum = (values: readonly number[]): number => cents(values.reduce((all, value) => all + value, 0));
export const share = (value: number, percent: number): number => cents((value * percent) / 100);
export const iso = (date: Date): string => date.toISOString().slice(0, 10);

/** Groups thousands, as in `1.234,56`. */
export function amount(value: number, group: string, decimal: string): string {
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${value < 0 ? '-' : ''}${grouped}${decimal}${fraction}`;
}
export const us = (value: number): string => amount(value, ',', '.');
export const eu = (value: number): string => amount(value, '.', ',');
export const fr = (value: number): string => amount(value, ' ', ',');
export const swiss = (value: number): string => amount(value, "'", '.');

/** Groups as in India: `12,34,567.00`. */
export function indian(value: number): string {
  const [whole = '', fraction = ''] = value.toFixed(2).split('.');
  const head = whole.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ',');
  return `${head === '' ? '' : `${head},`}${whole.slice(-3)}.${fraction}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const parts = (date: Date): [string, string, number] => [
  two(date.getUTCDate()),
  two(date.getUTCMonth() + 1),
  date.getUTCFullYear(),
];
export const dotted = (date: Date): string => parts(date).join('.');
export const slashed = (date: Date): string => parts(date).join('/');
export const american = (date: Date): string =>
  `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
export const inWords = (date: Date, language: string, options: Intl.DateTimeFormatOptions = {}): string =>
  new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
    ...options,
  }).format(date);

/** Places cells at columns: `[0, 'Total'], [60, '5.00']`. A negative column is where a cell ends. */
export function row(...cells: readonly (readonly [column: number, text: string])[]): string {
  let line = '';
  for (const [column, text] of cells) {
    const start = column < 0 ? -column - text.length : column;
    line = line.padEnd(Math.max(start, line === '' ? 0 : line.length + 1)) + text;
  }
  return line;
}

/** A table of line items: the article, and the price right-aligned. */
export const items = (prices: readonly number[], write: (value: number) => string, at = 80): string =>
  prices
    .map((price, index) =>
      row([0, `${ARTICLES[index % ARTICLES.length]}`], [50, '1'], [-66, write(price)], [-at, write(price)]),
    )
    .join('\n');
const ARTICLES = ['Consulting March', 'Hosting package L', 'Copier paper A4', 'Annual support plan'];
