import * as z from 'zod/mini';

/** Attaches the description that the JSON Schema and the documentation show. */
export function field<T extends z.ZodMiniType>(schema: T, description: string): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}
