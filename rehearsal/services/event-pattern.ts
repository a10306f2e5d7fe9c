import * as z from 'zod';

const comparison = z.strictObject({ prefix: z.string() });
const members = z.record(z.string(), z.unknown());

/**
 * Whether `event` matches `pattern` in EventBridge: each field must be present, with one of the listed values.
 *
 * @throws ZodError for a comparison that is not modelled
 */
export function fits(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((wanted) => takes(wanted, event));
  const given = members.safeParse(event);
  return (
    given.success && Object.entries(members.parse(pattern)).every(([name, inner]) => fits(inner, given.data[name]))
  );
}

function takes(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  return typeof value === 'string' && value.startsWith(comparison.parse(wanted).prefix);
}
