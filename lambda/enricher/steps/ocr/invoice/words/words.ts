/** What a word on an invoice is about. Two of them make a label: a `date` that is `due`, a `sum` without `tax`. */
export const MEANINGS = [
  // Documents.
  'invoice',
  'credit-note',
  // Nouns: they name the kind of the adjacent value.
  'number',
  'date',
  'sum',
  'total',
  // What kind of sum.
  'net',
  'gross',
  'tax',
  'with',
  'without',
  'sub',
  'grand',
  'due',
  'paid',
  'extra',
  'discount',
  'previous',
  'rounding',
  'price',
  // Something else: an order, a customer, a quantity.
  'other',
  // Parties.
  'seller',
  'buyer',
  // Means nothing here: `of`, `the`.
  'neutral',
] as const;
export type Meaning = (typeof MEANINGS)[number];

/** The words of one language. */
export interface Words {
  /** January first. */
  months: readonly string[];
  /** Phrases by meaning, separated by commas: lower case, without accents and punctuation. */
  phrases: Readonly<Partial<Record<Meaning | `${Meaning} ${Meaning}`, string>>>;
}
