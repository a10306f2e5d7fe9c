import * as z from 'zod/mini';
import { field } from './field.ts';
import { smtpVerdictSchema } from './smtp-verdict.ts';

/** What enrichment finds, one schema a step. They are the source of type, JSON Schema and documentation. */

const confidence = field(z.nullable(z.number()), '0 to 1; null when the provider gives none');

export const languageSchema = z.object({
  language: field(z.string(), 'ISO 639-1 code where there is one, else ISO 639-3'),
  confidence,
});

export const sentimentSchema = z.object({
  label: field(z.enum(['positive', 'negative', 'neutral', 'mixed']), 'The mood of the whole'),
  positive: field(z.number(), 'Share of good mood, 0 to 1'),
  negative: field(z.number(), 'Share of bad mood, 0 to 1'),
  neutral: field(z.number(), 'Share of none, 0 to 1'),
  mixed: field(z.number(), 'Share of both at once, 0 to 1; always 0 from the word list'),
});

const span = {
  type: field(z.string(), 'As the provider names it: PERSON, DATE, CREDIT_DEBIT_NUMBER …'),
  score: field(z.number(), 'How sure it is, 0 to 1'),
  begin: field(z.int(), 'UTF-16 offset in `text`'),
  end: field(z.int(), 'UTF-16 offset in `text`, not included'),
};

export const entitiesSchema = z.object({
  entities: field(z.array(z.object({ ...span, text: field(z.string(), 'The words themselves') })), 'What was found'),
});

export const piiSchema = z.object({
  entities: field(z.array(z.object(span)), 'Where; what it is stands in `text` alone'),
});

const textValue = (description: string) =>
  field(z.nullable(z.object({ value: field(z.string(), 'As it is printed'), confidence })), description);
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
                id: field(z.string(), 'As it is written'),
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
    'xml: the electronic invoice itself; service: read by a trained model; rules: found by patterns, less sure',
  ),
  vendor: textValue('Who wrote it'),
  invoiceNumber: textValue('Its number'),
  invoiceDate: dateValue('When it was written'),
  dueDate: dateValue('When it is to be paid'),
  currency: field(z.nullable(z.string()), 'ISO 4217'),
  net: amount('Without tax'),
  tax: amount('The tax'),
  total: amount('With tax'),
  lineItems: field(
    z.array(
      z.object({
        description: field(z.string(), 'What was sold'),
        quantity: field(z.nullable(z.number()), 'How many'),
        unitPrice: field(z.nullable(z.number()), 'Price of one, in units of the currency'),
        amount: field(z.nullable(z.number()), 'Price of all, in units of the currency'),
        confidence,
      }),
    ),
    'In the order of the document; the first 1,000',
  ),
  inconsistent: z.optional(
    field(
      z.array(
        z.object({
          field: field(z.enum(['net', 'tax', 'total']), 'The field that is contradicted'),
          reason: field(
            z.enum(['sum', 'printed']),
            'sum: net and tax are not the total, or a larger total is not explained; printed: the pages show another amount than the XML',
          ),
          candidates: field(z.array(z.number()), 'What it may be'),
        }),
      ),
      'What does not add up. Absent when nothing contradicts',
    ),
  ),
  syntax: z.optional(
    field(z.enum(['cii', 'ubl', 'fatturapa']), 'What the XML is; this and all below only with xml, but for creditNote'),
  ),
  profile: optionalText('What the XML conforms to, as it says: CustomizationID, guideline ID or versione'),
  typeCode: optionalText('UNTDID 1001: 380 is an invoice, 381 a credit note; TD01, TD04 … in FatturaPA'),
  creditNote: z.optional(
    field(
      z.boolean(),
      'By its type or title, or because its total is negative. Amounts keep their sign. By rules true, or absent',
    ),
  ),
  seller: party('Who sells'),
  buyer: party('Who buys'),
  deliveryDate: z.optional(dateValue('When it was delivered')),
  prepaid: z.optional(amount('Already paid')),
  rounding: z.optional(amount('Rounding of what is to be paid')),
  payable: z.optional(amount('To be paid: the total without what is prepaid')),
  taxes: z.optional(
    field(
      z.array(
        z.object({
          category: field(z.nullable(z.string()), 'UNTDID 5305: S standard, Z zero, E exempt, AE reverse charge …'),
          rate: field(z.nullable(z.number()), 'Percent'),
          net: field(z.nullable(z.number()), 'What is taxed, in units of the currency'),
          tax: field(z.nullable(z.number()), 'The tax on it, in units of the currency'),
        }),
      ),
      'One for each rate',
    ),
  ),
  paymentTerms: optionalText('As they are written'),
  ibans: z.optional(field(z.array(z.string()), 'Accounts to pay to, without blanks')),
});

/** One image, PDF or electronic invoice, read. */
export const readDocumentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  source: field(
    z.enum(['text-layer', 'ocr', 'xml']),
    'text-layer: the PDF has its text in it, nothing was recognised; xml: the invoice is from XML, and the pages, if any, from the text layer',
  ),
  pageCount: field(z.int(), 'Pages of the document; 0 for XML without a PDF'),
  pages: field(
    z.array(
      z.object({ page: field(z.int(), 'From 1'), text: field(z.string(), 'Its text, line by line'), confidence }),
    ),
    'Pages that were read',
  ),
  invoice: field(z.nullable(invoiceSchema), 'Null when nothing in it says that it is an invoice or a receipt'),
  furtherInvoices: z.optional(
    field(
      z.array(invoiceSchema),
      'Behind the first, where a document holds several: a FatturaPA, receipts on one scan',
    ),
  ),
});

/** From harmless to harmful: the verdict on a mail is the last of those on its attachments. */
export const MALWARE_VERDICTS = ['clean', 'error', 'limit', 'not_scannable', 'infected'] as const;

/** What is worth knowing about an attachment, clean or not. Codes are only ever added. */
export const FINDING_CODES = {
  macro: 'A macro project in an Office document',
  encrypted: 'Something in it is encrypted, or needs a password',
  script: 'A script in HTML, SVG or a mail, or a file that is a script by its name',
  program: 'A program, by its bytes or by its name',
  'disguised-program': 'A program by its bytes under the name of something else',
  'double-extension': 'The name of a document with the extension of a program or page behind it: invoice.pdf.exe',
  'bidi-name': 'A name with characters that turn its direction',
  'external-relationship': 'An Office document that loads a template or an object from elsewhere when it is opened',
  'embedded-file': 'A file or an object in a PDF or Office document',
  'pdf-javascript': 'JavaScript in a PDF',
  'pdf-launch': 'A PDF that starts a program or opens a file',
  'nested-archive': 'An archive in another',
} as const;
export type FindingCode = keyof typeof FINDING_CODES;

export const malwareFindingSchema = z.object({
  code: field(
    z.enum(Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]]),
    'What it is, from a closed list (docs/malware.md)',
  ),
  detail: field(z.string(), 'For people: which file or part'),
});

export const scannedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: field(
    z.enum(MALWARE_VERDICTS),
    'clean; error: no scanner answered; limit: too large or too deep to scan; not_scannable: encrypted or damaged; infected',
  ),
  threats: field(z.array(z.string()), 'Names that the scanner gives'),
  reason: field(z.nullable(z.string()), 'Why it is not clean, when it is not infected'),
  findings: z.optional(
    field(
      z.nullable(z.array(malwareFindingSchema)),
      'What is worth knowing besides, clean or not; null when it was not looked into. An attachment that is not clean may hold more',
    ),
  ),
});

export const detonatedAttachmentSchema = z.object({
  partId: field(z.string(), 'The attachment'),
  verdict: field(z.enum(['clean', 'suspicious', 'malicious', 'unknown']), 'As the service has it'),
  score: field(z.nullable(z.number()), '0 to 100, as the service gives it'),
  reference: field(z.nullable(z.string()), 'Report id of the service'),
});

const verdictOf = <T extends z.ZodMiniType>(attachment: T) =>
  z.object({
    verdict: field(z.enum(MALWARE_VERDICTS), 'The worst of its attachments'),
    attachments: field(z.array(attachment), 'What was scanned'),
  });

/** Verdicts on spam and malware, as SES words them. */
export const SES_VERDICTS = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED'] as const;

const sesVerdict = (description: string) => field(z.nullable(z.enum(SES_VERDICTS)), description);

export const sesSchema = z.object({
  messageId: field(z.string(), 'Id that SES gave the mail: the name of its object'),
  spam: sesVerdict('X-SES-Spam-Verdict'),
  virus: sesVerdict('X-SES-Virus-Verdict'),
  envelopeFrom: field(z.literal('headers'), 'Where `envelope` is from: the trace names one recipient at most'),
});

/** The field of each step. The compiler asks for the step of each in `core/enrich/steps/registry.ts`. */
const steps = {
  language: z.optional(field(languageSchema, 'Dominant language of the text')),
  sentiment: z.optional(field(sentimentSchema, 'Mood of the text')),
  entities: z.optional(field(entitiesSchema, 'Persons, places, dates … in the text')),
  pii: z.optional(field(piiSchema, 'Personal data in the text')),
  ocr: z.optional(
    field(
      z.object({ documents: field(z.array(readDocumentSchema), 'One for each attachment that was read') }),
      'Text of images and PDFs, and the fields of invoices',
    ),
  ),
  malware: z.optional(field(verdictOf(scannedAttachmentSchema), 'What scanners say of the attachments')),
  detonation: z.optional(
    field(
      z.object({ attachments: field(z.array(detonatedAttachmentSchema), 'What was run') }),
      'What a sandbox says of the attachments',
    ),
  ),
  model: z.optional(field(z.record(z.string(), z.unknown()), 'What a model of your own answered')),
};

export const enrichmentSchema = z.looseObject({
  ...steps,
  ses: z.optional(field(sesSchema, 'What Amazon SES said of a mail that it took, by the trace in front of it')),
  smtpVerdict: z.optional(
    field(smtpVerdictSchema, 'What the service of `smtp.dataHook` said of the mail before it was accepted'),
  ),
  cost: z.optional(
    field(z.object({ usd: field(z.number(), 'List price, US dollars') }), 'Estimate of what enriching this mail cost'),
  ),
});

/** Steps, as fields of `enrichment` and as names in the ledger; routes choose among them. */
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
