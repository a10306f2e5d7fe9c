import * as z from 'zod/mini';

/** Characters of one value. */
const VALUE_LENGTH = 500;

/**
 * Text, null when there is none. Many programs write reports: a value of an unexpected type is absent, not an error.
 */
export const text = z.pipe(
  z.optional(z.unknown()),
  z.transform((value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, VALUE_LENGTH) || null : null,
  ),
);

/** A number of mails or sessions, 0 or more; anything else counts as 0. */
export const count = z.pipe(
  z.optional(z.unknown()),
  z.transform((value: unknown) => {
    const number = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : 0;
  }),
);

/** Values that occur once or several times. */
export const listOf = <T extends z.ZodMiniType>(item: T) =>
  z.pipe(
    z.transform((value: unknown) =>
      Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value],
    ),
    z.array(item),
  );

/**
 * Counts occurrences of the characters, which bounds the objects that a parser makes of a text.
 *
 * @throws Error when there are more than the limit
 */
export function boundValues(source: string, characters: RegExp, limit: number): void {
  let found = 0;
  for (const _ of source.matchAll(characters)) {
    found += 1;
    if (found > limit) throw new Error(`it has more than ${limit} values`);
  }
}
