import { z } from 'zod';

/** Like `z.record` with names from outside: a name such as `__proto__`, which z.record drops, is kept as data. */
export function dictionary<V>(schema: z.ZodType<V>) {
  return z.unknown().transform((input, context): Record<string, V> => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.addIssue({ code: 'custom', message: 'it is no object' });
      return z.NEVER;
    }
    const entries: [string, V][] = [];
    for (const [name, value] of Object.entries(input)) {
      const parsed = schema.safeParse(value);
      if (parsed.success) entries.push([name, parsed.data]);
      for (const { path, message } of parsed.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [name, ...path], message });
      }
    }
    return Object.fromEntries(entries);
  });
}
