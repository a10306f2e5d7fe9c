import { parsedMailJsonSchema as jsonSchema } from '../core/mail/json-schema.ts';

export type { Attachment, Header, ParsedMail } from '../core/mail/parsed-mail.ts';

/** The JSON Schema of a parsed mail, as `schema/parsed-mail-v1.json` has it (JSON Schema 2020-12). */
export const parsedMailJsonSchema: Readonly<Record<string, unknown>> = jsonSchema();
