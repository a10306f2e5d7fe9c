import * as z from 'zod/mini';
import { invoiceSchema } from './enrichment-schema.ts';
import { parsedMailSchema } from './parsed-mail.ts';
import {
  addressSchema,
  attachedMessageSchema,
  attachmentSchema,
  defectSchema,
  headerSchema,
  structureSchema,
} from './part-schemas.ts';

/** Names under `$defs`, which code generators turn into names of types. */
const NAMES = new Map<z.core.$ZodType, string>([
  [addressSchema, 'address'],
  [headerSchema, 'header'],
  [defectSchema, 'defect'],
  [attachmentSchema, 'attachment'],
  [attachedMessageSchema, 'attachedMessage'],
  [invoiceSchema, 'invoice'],
  [structureSchema, 'structure'],
]);

/**
 * The JSON Schema of a parsed mail, for consumers in any language. As the promise of v1 is that fields and defect codes
 * are added, it lets unknown ones pass.
 */
export function parsedMailJsonSchema(): Record<string, unknown> {
  for (const [schema, id] of NAMES) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
  const { $schema, ...rest } = z.toJSONSchema(parsedMailSchema, {
    // What goes in: unknown properties are allowed, every known one is required all the same.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === defectSchema.shape.code) delete jsonSchema.enum;
      // The bounds of a JavaScript number say nothing about mails.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema, $id: 'urn:mail-pipeline:parsed-mail:1', title: 'Parsed mail, version 1', ...rest };
}
