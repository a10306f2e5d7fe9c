import * as z from 'zod/mini';
import { field } from './field.ts';

/** What enrichment finds, one schema a step. They are the source of type, JSON Schema and documentation. */

/** The steps, as fields of `enrichment` and as names in the ledger; routes choose among them. */
export const ENRICHMENTS = [
  'language',
  'sentiment',
  'entities',
  'pii',
  'ocr',
  'malware',
  'detonation',
  'model',
] as const;
export type EnrichmentName = (typeof ENRICHMENTS)[number];

const confidence = field(z.nullable(z.number()), '0 to 1; null when the provider gives none');

export const languageSchema = z.object({
  language: field(z.string(), 'ISO 639-1 where there is such a code, else ISO 639-3'),
  confidence,
});

export const sentimentSchema = z.object({
  label: z.enum(['positive', 'negative', 'neutral', 'mixed']),
  positive: field(z.number(), 'Share of each, 0 to 1'),
  negative: z.number(),
  neutral: z.number(),
  mixed: z.number(),
});

const span = {
  type: field(z.string(), 'As the provider names it: PERSON, DATE, CREDIT_DEBIT_NUMBER …'),
  score: field(z.number(), '0 to 1'),
  begin: field(z.int(), 'UTF-16 offset in `text`'),
  end: field(z.int(), 'UTF-16 offset in `text`, not included'),
};

export const entitiesSchema = z.object({
  entities: z.array(z.object({ ...span, text: z.string() })),
});

export const piiSchema = z.object({
  entities: field(z.array(z.object(span)), 'Where; what it is stands in `text` alone'),
});

const textValue = z.nullable(z.object({ value: z.string(), confidence }));
const amount = z.nullable(z.object({ value: field(z.number(), 'In units of the currency'), confidence }));
const dateValue = z.nullable(z.object({ value: field(z.string(), 'YYYY-MM-DD'), confidence }));

export const invoiceSchema = z.object({
  method: field(z.enum(['service', 'rules']), 'service: read by a trained model; rules: found by patterns, less sure'),
  vendor: textValue,
  invoiceNumber: textValue,
  invoiceDate: dateValue,
  dueDate: dateValue,
  currency: field(z.nullable(z.string()), 'ISO 4217'),
  net: amount,
  tax: amount,
  total: amount,
  lineItems: z.array(
    z.object({
      description: z.string(),
      quantity: z.nullable(z.number()),
      unitPrice: z.nullable(z.number()),
      amount: z.nullable(z.number()),
      confidence,
    }),
  ),
});

/** One image or PDF, read. */
export const readDocumentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  source: field(z.enum(['text-layer', 'ocr']), 'text-layer: the PDF has its text in it, nothing was recognised'),
  pageCount: field(z.int(), 'Pages of the document'),
  pages: field(
    z.array(z.object({ page: field(z.int(), 'From 1'), text: z.string(), confidence })),
    'Pages that were read',
  ),
  invoice: field(z.nullable(invoiceSchema), 'Null when nothing in it says that it is an invoice or a receipt'),
});

/** From harmless to harmful: the verdict on a mail is the last of those on its attachments. */
export const MALWARE_VERDICTS = ['clean', 'error', 'limit', 'not_scannable', 'infected'] as const;

export const scannedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: field(
    z.enum(MALWARE_VERDICTS),
    'clean; error: no scanner answered; limit: too large or too deep to scan; not_scannable: encrypted or damaged; infected',
  ),
  threats: field(z.array(z.string()), 'Names that the scanner gives'),
  reason: field(z.nullable(z.string()), 'Why it is not clean, when it is not infected'),
});

export const detonatedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: z.enum(['clean', 'suspicious', 'malicious', 'unknown']),
  score: field(z.nullable(z.number()), '0 to 100, as the service gives it'),
  reference: field(z.nullable(z.string()), 'Report id of the service'),
});

const verdictOf = <T extends z.ZodMiniType>(attachment: T) =>
  z.object({
    verdict: field(z.enum(MALWARE_VERDICTS), 'The worst of its attachments'),
    attachments: z.array(attachment),
  });

export const enrichmentSchema = z.looseObject({
  language: z.optional(field(languageSchema, 'Dominant language of the text')),
  sentiment: z.optional(field(sentimentSchema, 'Mood of the text')),
  entities: z.optional(field(entitiesSchema, 'Persons, places, dates … in the text')),
  pii: z.optional(field(piiSchema, 'Personal data in the text')),
  ocr: z.optional(
    field(z.object({ documents: z.array(readDocumentSchema) }), 'Text of images and PDFs, and the fields of invoices'),
  ),
  malware: z.optional(field(verdictOf(scannedAttachmentSchema), 'What scanners say of the attachments')),
  detonation: z.optional(
    field(z.object({ attachments: z.array(detonatedAttachmentSchema) }), 'What a sandbox says of the attachments'),
  ),
  model: z.optional(field(z.record(z.string(), z.unknown()), 'What a model of your own answered')),
  cost: z.optional(
    field(z.object({ usd: field(z.number(), 'List price, US dollars') }), 'Estimate of what enriching this mail cost'),
  ),
});

export type Enrichment = z.infer<typeof enrichmentSchema>;
export type Language = z.infer<typeof languageSchema>;
export type Sentiment = z.infer<typeof sentimentSchema>;
export type Invoice = z.infer<typeof invoiceSchema>;
export type ReadDocument = z.infer<typeof readDocumentSchema>;
export type MalwareVerdict = (typeof MALWARE_VERDICTS)[number];
export type ScannedAttachment = z.infer<typeof scannedAttachmentSchema>;
export type DetonatedAttachment = z.infer<typeof detonatedAttachmentSchema>;
