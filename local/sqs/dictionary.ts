import { z } from 'zod';

/** Like `z.record` for untrusted names: keeps a name such as `__proto__`, which z.record drops. */
export function dictionary<V>(schema: z.ZodType<V>) {
  return z.unknown().transform((input, context): Record<string, V> => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.addIssue({ code: 'custom', message: 'it is not an object' });
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
