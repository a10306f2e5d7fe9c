import { z } from 'zod';
import { secretArn } from './secret-arn.ts';

/** A key for signing requests to a service: a secret for a deployment, a file for local mode. */
const keyOf = (what: string) => ({
  url: z
    .string()
    .refine(
      (url) => URL.canParse(url) && /^https?:/.test(url),
      'write https://…; local mode takes http:// to this machine',
    )
    .describe(`${what}: https. Local mode takes http to this machine as well. Redirects are not followed.`),
  secretArn: secretArn.describe(
    'Secret in Secrets Manager whose text signs the requests (HMAC-SHA256), for a deployment. No default.',
  ),
  secretFile: z.string().min(1).nullable().default(null).describe('File with that key, for local mode. No default.'),
});

const ocrSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Reads images and scanned PDFs: Amazon Textract ($0.01 a page; not in every region) in a deployment, Tesseract in local mode. Default true.',
      ),
    maxPagesPerPdf: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('A PDF of more pages is not read at all: a PDF of 30 KB can have 3,000. Default 10.'),
    maxDocumentsPerMail: z
      .int()
      .min(1)
      .max(50)
      .default(5)
      .describe('Images and PDFs that are read of one mail. Default 5.'),
  })
  .prefault({})
  .describe('Text of images and scanned PDFs, and the fields of invoices.');

const malwareSchema = z
  .strictObject({
    guardDuty: z
      .boolean()
      .default(false)
      .describe(
        'Scans attachments with GuardDuty Malware Protection for S3 ($0.09 a GB and $0.215 for 1,000 attachments), in a deployment. Default false.',
      ),
    clamd: z
      .strictObject({
        host: z.string().min(1).describe('Host of clamd.'),
        port: z.int().min(1).max(65_535).default(3310).describe('Its port. Default 3310.'),
      })
      .nullable()
      .default(null)
      .describe('A ClamAV daemon that scans attachments instead. Default none.'),
    quarantine: z
      .boolean()
      .default(false)
      .describe('Puts infected mails on the queue parsed-mail-quarantine and on no other. Default false.'),
    readGate: z
      .boolean()
      .default(false)
      .describe(
        'Lets nobody but the pipeline read an attachment before GuardDuty found no threat in it. Default false.',
      ),
  })
  .superRefine(({ guardDuty, clamd, quarantine, readGate }, context) => {
    if (quarantine && !guardDuty && clamd === null) {
      const message =
        'nothing says of a mail that it is infected: set enrichment.malware.guardDuty to true, or give enrichment.malware.clamd';
      context.addIssue({ code: 'custom', path: ['quarantine'], message });
    }
    if (readGate && !guardDuty) {
      const message =
        'only GuardDuty opens the gate, by the tag that it sets: set enrichment.malware.guardDuty to true';
      context.addIssue({ code: 'custom', path: ['readGate'], message });
    }
  })
  .prefault({})
  .describe('Scanning attachments for malware.');

const detonationSchema = z
  .strictObject({
    ...keyOf('Where the sandbox takes files'),
    contentTypes: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(50)
      .default(['application/*'])
      .describe('Detected types of the attachments that are sent, * for any characters. Default ["application/*"].'),
    maxAttachmentsPerMail: z
      .int()
      .min(1)
      .max(50)
      .default(5)
      .describe('Attachments of one mail that are sent. Default 5.'),
    deadlineSeconds: z.int().min(1).max(60).default(10).describe('Seconds to an answer of the service. Default 10.'),
  })
  .nullable()
  .default(null)
  .describe('A sandbox of somebody else that runs attachments and watches them. Default none.');

const modelSchema = z
  .strictObject({
    ...keyOf('Where the model answers'),
    deadlineSeconds: z.int().min(1).max(60).default(30).describe('Seconds to an answer. Default 30.'),
    costUsd: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe('What one request costs, US dollars: it counts against the budget. Default 0.'),
  })
  .nullable()
  .default(null)
  .describe('A model of your own that is shown the text of each mail. Default none.');

/** `enrichment` of the configuration. */
export const enrichmentSchema = z
  .strictObject({
    deadlineSeconds: z
      .int()
      .min(10)
      .max(600, 'write 600 or less: after 15 minutes the reconciler takes a mail for lost')
      .default(300)
      .describe('Seconds after which a mail goes out with what there is. Default 300.'),
    dailyBudgetUsd: z
      .number()
      .min(0)
      .max(100_000)
      .default(1)
      .describe(
        'US dollars by list price that Textract, Comprehend and a model may cost on a UTC day; beyond it their steps are skipped. Default 1.',
      ),
    language: z.boolean().default(true).describe('Finds the dominant language of the text. Default true.'),
    sentiment: z
      .enum(['off', 'local', 'comprehend'])
      .default('local')
      .describe(
        'Mood of the text: "local" by a word list (English only), "comprehend" by Amazon Comprehend. Default "local".',
      ),
    entities: z
      .boolean()
      .default(false)
      .describe('Finds persons, places, dates … in the text with Amazon Comprehend. Default false.'),
    pii: z.boolean().default(false).describe('Finds personal data in the text with Amazon Comprehend. Default false.'),
    ocr: ocrSchema,
    malware: malwareSchema,
    detonation: detonationSchema,
    model: modelSchema,
  })
  .prefault({})
  .describe('What is found out about a mail beside what it says.');
