import * as z from 'zod/mini';
import { field } from './field.ts';
import { smtpVerdictSchema } from './smtp-verdict.ts';

/** What enrichment finds, one schema per step. Type, JSON Schema and documentation are derived from these. */

const confidence = field(z.nullable(z.number()), '0 to 1; null when the provider gives none');

export const languageSchema = z.object({
  language: field(z.string(), 'ISO 639-1 code where there is one, otherwise ISO 639-3'),
  confidence,
});

export const sentimentSchema = z.object({
  label: field(z.enum(['positive', 'negative', 'neutral', 'mixed']), 'Overall sentiment'),
  positive: field(z.number(), 'Share of positive sentiment, 0 to 1'),
  negative: field(z.number(), 'Share of negative sentiment, 0 to 1'),
  neutral: field(z.number(), 'Share of neutral sentiment, 0 to 1'),
  mixed: field(z.number(), 'Share of mixed sentiment, 0 to 1; always 0 from the word list'),
});

const span = {
  type: field(z.string(), 'Type as the provider names it: PERSON, DATE, CREDIT_DEBIT_NUMBER …'),
  score: field(z.number(), 'Confidence, 0 to 1'),
  begin: field(z.int(), 'UTF-16 offset in `text`'),
  end: field(z.int(), 'UTF-16 offset in `text`, exclusive'),
};

export const entitiesSchema = z.object({
  entities: field(z.array(z.object({ ...span, text: field(z.string(), 'The words themselves') })), 'Entities found'),
});

export const piiSchema = z.object({
  entities: field(z.array(z.object(span)), 'Positions only; the data itself is in `text`'),
});

const textValue = (description: string) =>
  field(z.nullable(z.object({ value: field(z.string(), 'As printed'), confidence })), description);
const amount = (description: string) =>
  field(z.nullable(z.object({ value: field(z.number(), 'In units of the currency'), confidence })), description);
const optionalText = (description: string) => z.optional(field(z.nullable(z.string()), description));
const dateValue = (description: string) =>
  field(z.nullable(z.object({ value: field(z.string(), 'YYYY-MM-DD (ISO 8601)'), confidence })), description);

const party = (description: string) =>
  z.optional(
    field(
      z.nullable(
        z.object({
          name: field(z.nullable(z.string()), 'Its name'),
          taxIds: field(
            z.array(
              z.object({
                scheme: field(z.enum(['vat', 'other']), 'vat: VAT identifier; other: tax number'),
                id: field(z.string(), 'As written'),
              }),
            ),
            'Its tax ids',
          ),
          country: field(z.nullable(z.string()), 'ISO 3166-1 alpha-2'),
        }),
      ),
      description,
    ),
  );

export const invoiceSchema = z.object({
  method: field(
    z.enum(['xml', 'service', 'rules']),
    'xml: the electronic invoice itself; service: read by a trained model; rules: found by patterns, less reliable',
  ),
  vendor: textValue('Who issued it'),
  invoiceNumber: textValue('Invoice number'),
  invoiceDate: dateValue('Date of issue'),
  dueDate: dateValue('Due date'),
  currency: field(z.nullable(z.string()), 'ISO 4217'),
  net: amount('Total without tax'),
  tax: amount('Total tax'),
  total: amount('Total with tax'),
  lineItems: field(
    z.array(
      z.object({
        description: field(z.string(), 'What was sold'),
        quantity: field(z.nullable(z.number()), 'Quantity'),
        unitPrice: field(z.nullable(z.number()), 'Unit price, in units of the currency'),
        amount: field(z.nullable(z.number()), 'Line total, in units of the currency'),
        confidence,
      }),
    ),
    'In the order of the document, at most 1,000',
  ),
  inconsistent: z.optional(
    field(
      z.array(
        z.object({
          field: field(z.enum(['net', 'tax', 'total']), 'The contradicted field'),
          reason: field(
            z.enum(['sum', 'printed']),
            'sum: net and tax do not add up to the total, or a larger total is unexplained; printed: the pages show another amount than the XML',
          ),
          candidates: field(z.array(z.number()), 'Possible values'),
        }),
      ),
      'Amounts that do not add up. Absent when nothing contradicts',
    ),
  ),
  syntax: z.optional(
    field(
      z.enum(['cii', 'ubl', 'fatturapa']),
      'Syntax of the XML; this and all fields below only with xml, except creditNote',
    ),
  ),
  profile: optionalText('What the XML claims to conform to: CustomizationID, guideline ID or versione'),
  typeCode: optionalText('UNTDID 1001: 380 is an invoice, 381 a credit note; TD01, TD04 … in FatturaPA'),
  creditNote: z.optional(
    field(
      z.boolean(),
      'By its type or title, or because its total is negative. Amounts keep their sign. With rules, true or absent',
    ),
  ),
  seller: party('The seller'),
  buyer: party('The buyer'),
  deliveryDate: z.optional(dateValue('Date of delivery')),
  prepaid: z.optional(amount('Already paid')),
  rounding: z.optional(amount('Rounding of the payable amount')),
  payable: z.optional(amount('Amount due: the total minus what is prepaid')),
  taxes: z.optional(
    field(
      z.array(
        z.object({
          category: field(z.nullable(z.string()), 'UNTDID 5305: S standard, Z zero, E exempt, AE reverse charge …'),
          rate: field(z.nullable(z.number()), 'Percent'),
          net: field(z.nullable(z.number()), 'Taxable amount, in units of the currency'),
          tax: field(z.nullable(z.number()), 'Tax on it, in units of the currency'),
        }),
      ),
      'One entry per rate',
    ),
  ),
  paymentTerms: optionalText('As written'),
  ibans: z.optional(field(z.array(z.string()), 'Accounts to pay to, without spaces')),
});

/** What was read from one image, PDF or electronic invoice. */
export const readDocumentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  source: field(
    z.enum(['text-layer', 'ocr', 'xml']),
    'text-layer: the PDF contains its text, nothing was recognised; xml: the invoice is from XML, and the pages, if any, from the text layer',
  ),
  pageCount: field(z.int(), 'Pages of the document; 0 for XML without a PDF'),
  pages: field(
    z.array(
      z.object({
        page: field(z.int(), 'From 1'),
        text: field(z.string(), 'Text of the page, line by line'),
        confidence,
      }),
    ),
    'Pages that were read',
  ),
  invoice: field(z.nullable(invoiceSchema), 'Null when nothing identifies it as an invoice or a receipt'),
  furtherInvoices: z.optional(
    field(
      z.array(invoiceSchema),
      'Invoices after the first, where a document holds several: a FatturaPA, receipts on one scan',
    ),
  ),
});

/** From harmless to harmful: a mail gets the worst verdict of its attachments. */
export const MALWARE_VERDICTS = ['clean', 'error', 'limit', 'not_scannable', 'infected'] as const;

/** Notable properties of an attachment, clean or not. Codes are only ever added. */
export const FINDING_CODES = {
  macro: 'A macro project in an Office document',
  encrypted: 'Encrypted content, or content that needs a password',
  script: 'A script in HTML, SVG or a mail, or a file that its name marks as a script',
  program: 'A program, by its bytes or by its name',
  'disguised-program': 'A program by its bytes, named as something else',
  'double-extension': 'A document name followed by the extension of a program or page: invoice.pdf.exe',
  'bidi-name': 'A name with characters that reverse its direction',
  'external-relationship': 'An Office document that loads a template or an object from elsewhere when it is opened',
  'embedded-file': 'A file or an object in a PDF or Office document',
  'pdf-javascript': 'JavaScript in a PDF',
  'pdf-launch': 'A PDF that starts a program or opens a file',
  'nested-archive': 'An archive inside another',
} as const;
export type FindingCode = keyof typeof FINDING_CODES;

export const malwareFindingSchema = z.object({
  code: field(
    z.enum(Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]]),
    'The finding, from a closed list (docs/malware-verdicts.md)',
  ),
  detail: field(z.string(), 'For people: which file or part'),
});

export const scannedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: field(
    z.enum(MALWARE_VERDICTS),
    'clean; error: no scanner answered; limit: too large or too deep to scan; not_scannable: encrypted or damaged; infected',
  ),
  threats: field(z.array(z.string()), 'Names from the scanner'),
  reason: field(z.nullable(z.string()), 'Why it is neither clean nor infected'),
  findings: z.optional(
    field(
      z.nullable(z.array(malwareFindingSchema)),
      'Other notable properties, clean or not; null when the attachment was not inspected. An attachment that is not clean may hold more',
    ),
  ),
});

export const detonatedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: field(z.enum(['clean', 'suspicious', 'malicious', 'unknown']), 'Verdict of the service'),
  score: field(z.nullable(z.number()), 'Score of the service, 0 to 100'),
  reference: field(z.nullable(z.string()), 'Report id of the service'),
});

const verdictOf = <T extends z.ZodMiniType>(attachment: T) =>
  z.object({
    verdict: field(z.enum(MALWARE_VERDICTS), 'The worst verdict of its attachments'),
    attachments: field(z.array(attachment), 'What was scanned'),
  });

/** Verdicts on spam and malware, in the words of SES. */
export const SES_VERDICTS = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED'] as const;

const sesVerdict = (description: string) => field(z.nullable(z.enum(SES_VERDICTS)), description);

export const sesSchema = z.object({
  messageId: field(z.string(), 'Id that SES gave the mail, which is also the name of its object'),
  spam: sesVerdict('X-SES-Spam-Verdict'),
  virus: sesVerdict('X-SES-Virus-Verdict'),
  envelopeFrom: field(z.literal('headers'), 'Source of `envelope`: the trace names at most one recipient'),
});

/** The document field of each step. `core/enrich/steps/registry.ts` must have a step for each, by its type. */
const steps = {
  language: z.optional(field(languageSchema, 'Dominant language of the text')),
  sentiment: z.optional(field(sentimentSchema, 'Sentiment of the text')),
  entities: z.optional(field(entitiesSchema, 'Persons, places, dates … in the text')),
  pii: z.optional(field(piiSchema, 'Personal data in the text')),
  ocr: z.optional(
    field(
      z.object({ documents: field(z.array(readDocumentSchema), 'One entry per attachment that was read') }),
      'Text of images and PDFs, and the fields of invoices',
    ),
  ),
  malware: z.optional(field(verdictOf(scannedAttachmentSchema), 'Verdicts of malware scanners on the attachments')),
  detonation: z.optional(
    field(
      z.object({ attachments: field(z.array(detonatedAttachmentSchema), 'What was run') }),
      'Verdicts of a sandbox on the attachments',
    ),
  ),
  model: z.optional(field(z.record(z.string(), z.unknown()), 'The answer of your own model')),
};

export const enrichmentSchema = z.looseObject({
  ...steps,
  ses: z.optional(
    field(sesSchema, 'What Amazon SES reported about a mail that it received, from the trace in front of it'),
  ),
  smtpVerdict: z.optional(
    field(smtpVerdictSchema, 'What the service of `smtp.dataHook` answered before the mail was accepted'),
  ),
  cost: z.optional(
    field(z.object({ usd: field(z.number(), 'List price, US dollars') }), 'Estimated cost of enriching this mail'),
  ),
});

/** Steps by name: fields of `enrichment`, entries of the ledger, and what a route can select. */
export type EnrichmentName = keyof typeof steps;
export const ENRICHMENTS = Object.keys(steps) as EnrichmentName[];

export type Enrichment = z.infer<typeof enrichmentSchema>;
export type Language = z.infer<typeof languageSchema>;
export type Sentiment = z.infer<typeof sentimentSchema>;
export type Invoice = z.infer<typeof invoiceSchema>;
export type ReadDocument = z.infer<typeof readDocumentSchema>;
export type MalwareVerdict = (typeof MALWARE_VERDICTS)[number];
export type MalwareFinding = z.infer<typeof malwareFindingSchema>;
export type ScannedAttachment = z.infer<typeof scannedAttachmentSchema>;
export type DetonatedAttachment = z.infer<typeof detonatedAttachmentSchema>;
