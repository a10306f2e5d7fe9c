import * as z from 'zod/mini';

/** Attaches the description that the JSON Schema and the documentation show. */
export function field<T extends z.ZodMiniType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

/** An integer setting. Its description ends with the default. @param shown the default in words */
export const whole = (
  { min, max, default: fallback }: { min: number; max: number; default: number },
  means: string,
  shown = fallback.toLocaleString('en'),
) => field(z._default(z.int().check(z.minimum(min), z.maximum(max)), fallback), `${means} Default ${shown}.`);

/** A boolean setting. Its description ends with the default. */
export const flag = (fallback: boolean, means: string) =>
  field(z._default(z.boolean(), fallback), `${means} Default ${fallback}.`);
