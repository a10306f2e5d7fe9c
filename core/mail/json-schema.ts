import * as z from 'zod/mini';
import { invoiceSchema } from './enrichment-schema.ts';
import { mailParsedDataSchema, mailParsedEventSchema } from './mail-parsed-schema.ts';
import { parsedMailSchema } from './parsed-mail.ts';
import {
  addressSchema,
  attachedMessageSchema,
  attachmentSchema,
  defectSchema,
  headerSchema,
  structureSchema,
} from './part-schemas.ts';
import { schemaUrl } from './schema-url.ts';

/** Names under `$defs`, from which code generators make type names. */
const NAMES = new Map<z.core.$ZodType, string>([
  [addressSchema, 'address'],
  [headerSchema, 'header'],
  [defectSchema, 'defect'],
  [attachmentSchema, 'attachment'],
  [attachedMessageSchema, 'attachedMessage'],
  [invoiceSchema, 'invoice'],
  [structureSchema, 'structure'],
  [mailParsedDataSchema, 'mailParsedData'],
]);

/** The JSON Schema of a parsed mail, for consumers in any language. */
export const parsedMailJsonSchema = () => jsonSchema(parsedMailSchema, 'parsed-mail-v1.json', 'Parsed mail, version 1');

/** The JSON Schema of the event on the bus: of its `detail`. */
export const mailParsedJsonSchema = () =>
  jsonSchema(mailParsedEventSchema, 'mail-parsed-v1.json', 'Event "Mail Parsed", version 1');

/** Accepts unknown properties, because v1 may gain fields and defect codes. */
function jsonSchema(schema: z.core.$ZodType, file: string, title: string): Record<string, unknown> {
  for (const [named, id] of NAMES) z.globalRegistry.add(named, { ...z.globalRegistry.get(named), id });
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    // The input schema allows unknown properties and still requires every known one.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === defectSchema.shape.code) delete jsonSchema.enum;
      // The bounds of a JavaScript number say nothing about mails.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema, $id: schemaUrl(file), title, ...rest };
}
