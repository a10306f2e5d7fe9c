import * as z from 'zod/mini';
import { field } from './field.ts';
import { MAIL_KINDS } from './parsed-mail.ts';
import { schemaUrl } from './schema-url.ts';

export const MAIL_PARSED_SCHEMA_ID = 'mail-parsed/1';
/** Identifies the schema of the data; the file holds that of the whole event. */
export const MAIL_PARSED_DATA_URL = `${schemaUrl('mail-parsed-v1.json')}#/$defs/mailParsedData`;

/** `type` of the CloudEvent. */
export const MAIL_PARSED_TYPE = 'mail-pipeline.mail-parsed';

/**
 * What a rule needs to select a mail, and pointers to the rest. Fields of a parsed mail keep their names. Events are
 * archived, logged and forwarded to other accounts more readily than mails, so none holds an address, a subject or any
 * other text of the mail: its domains are the only words of a stranger in it.
 */
export const mailParsedDataSchema = z.object({
  schema: field(z.literal(MAIL_PARSED_SCHEMA_ID), 'Name and version of this format'),
  id: field(z.string(), 'Id of the mail'),
  dedupKey: field(z.string(), 'Deduplicate on this and `revision`: an event can be delivered twice'),
  revision: field(z.int(), '1, plus one for each requested parse of the same mail'),
  duplicateOf: field(z.nullable(z.string()), 'Id of the mail of which this is a repeated delivery'),
  receivedAt: field(z.string(), 'When the edge began to receive it, ISO 8601 in UTC'),
  kind: field(z.enum(MAIL_KINDS), 'What sort of mail it is'),
  routes: field(z.array(z.string()), 'Names of the routes whose queues received the mail'),
  parsedMailQueue: field(z.boolean(), 'Whether the parsed-mail queue received it'),
  fromDomains: field(z.array(z.string()), 'Domains of the From field; lower case, A-labels, each once, at most 50'),
  recipientDomains: field(
    z.array(z.string()),
    'Domains of the envelope recipients; without an envelope, of To, Cc and Bcc; at most 50',
  ),
  auth: field(
    z.nullable(z.object({ senderVerified: field(z.boolean(), 'As in the parsed mail') })),
    'Null when nothing could be checked',
  ),
  ambiguous: field(z.boolean(), 'As in the parsed mail'),
  counts: field(
    z.object({
      recipients: field(z.int(), 'Recipients of the mail on its queues'),
      attachments: field(z.int(), 'Attachments'),
      defects: field(z.int(), 'Defects'),
    }),
    'Numbers of its parts',
  ),
  raw: field(
    z.object({
      bucket: field(z.string(), 'Bucket of the raw mail'),
      key: field(z.string(), 'Its key there'),
      versionId: field(z.nullable(z.string()), 'Version of the object'),
      size: field(z.int(), 'Bytes of the object, trace header included'),
    }),
    'Location of the raw mail',
  ),
  document: field(
    z.object({ bucket: field(z.string(), 'Bucket of the document'), key: field(z.string(), 'Its key there') }),
    'Location of the whole document',
  ),
});

export type MailParsedData = z.infer<typeof mailParsedDataSchema>;

/** A CloudEvent in the JSON event format (CloudEvents 1.0.2, https://github.com/cloudevents/spec). */
export const cloudEventSchema = z.object({
  specversion: field(z.literal('1.0'), 'Version of CloudEvents'),
  id: field(z.string(), '`<id of the mail>/<revision>`: the same when the event is sent again'),
  source: field(z.string(), '`/mail-pipeline/<content bucket>`: one for each deployment'),
  type: field(z.literal(MAIL_PARSED_TYPE), 'What happened'),
  subject: field(z.string(), 'Id of the mail'),
  time: field(z.string(), 'When the event was sent, RFC 3339'),
  datacontenttype: field(z.literal('application/json'), 'Format of `data`'),
  dataschema: field(z.literal(MAIL_PARSED_DATA_URL), 'JSON Schema of `data`'),
  data: field(mailParsedDataSchema, 'The same fields as beside `cloudEvent`'),
});

/** `detail` of the event on the bus. Rules match the fields beside `cloudEvent`. */
export const mailParsedEventSchema = z.object({
  ...mailParsedDataSchema.shape,
  cloudEvent: field(
    cloudEventSchema,
    'The same event as a CloudEvent, for targets that accept one: the input path is `$.detail.cloudEvent`',
  ),
});

export type MailParsedEvent = z.infer<typeof mailParsedEventSchema>;
