import * as z from 'zod';

const comparison = z.union([
  z.object({ suffix: z.string() }).strict(),
  z.object({ numeric: z.tuple([z.literal('>'), z.number()]) }).strict(),
]);

/**
 * Whether `event` matches `pattern` as EventBridge would decide. Supports only the kinds of pattern in the
 * documentation: a field must exist, and one of its values must be listed.
 */
export function fits(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((wanted) => values.some((value) => takes(wanted, value)));
  }
  const fields = z.record(z.string(), z.unknown());
  const members = fields.safeParse(event);
  return (
    members.success &&
    Object.entries(fields.parse(pattern)).every(
      ([name, inner]) => name in members.data && fits(inner, members.data[name]),
    )
  );
}

function takes(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  const compare = comparison.parse(wanted);
  if ('suffix' in compare) return typeof value === 'string' && value.endsWith(compare.suffix);
  return typeof value === 'number' && value > compare.numeric[1];
}
