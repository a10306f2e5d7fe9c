import * as z from 'zod/mini';
import { invoiceSchema } from '../mail/enrichment-schema.ts';

/** First argument of a process that opens a document: it runs the same bundle as the function. */
export const DOCUMENT_PROCESS = 'open-document';

/** The descriptor that it answers through; its standard output belongs to the libraries. */
export const ANSWER_FD = 3;

export const DOCUMENT_KINDS = ['pdf', 'png', 'jpeg', 'tiff', 'webp', 'xml'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What is asked of it, in front of the bytes of the document. */
export interface DocumentRequest {
  maxPages: number;
  /** Folder whose packages draw the pages; null when nobody wants pictures of them. */
  drawWith: string | null;
  /** Draw this page alone, from 1, for a person to look at: nothing else is read. Null for reading the document. */
  previewPage: number | null;
}

const lineSchema = z.object({
  text: z.string(),
  y: z.number(),
  height: z.number(),
  places: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
});

/** What the process is told beside it. */
export interface DocumentOrder extends DocumentRequest {
  /** Folder of the fonts that a PDF need not bring; null when nothing is drawn. */
  fonts: string | null;
}

/** What it answers: why it does not open the document, or what is in it, the picture of each page, and the end. */
export const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('refused'), reason: z.string().check(z.maxLength(500)) }),
  z.object({
    type: z.literal('document'),
    kind: z.enum(DOCUMENT_KINDS),
    /** 0 when it has none, or when they cannot be counted and need not be. */
    pageCount: z.int().check(z.minimum(0)),
    /** An image whose end is missing. */
    cutOff: z.boolean(),
    /** Lines of text on each page; null when the document has to be recognised. */
    textLayer: z.nullable(z.array(z.array(lineSchema))),
    /** The electronic invoice in it, or several. With one, nothing has to be recognised. */
    invoices: z.nullable(z.array(invoiceSchema).check(z.minLength(1))),
  }),
  /** Followed by a PNG. */
  z.object({ type: z.literal('page'), page: z.int().check(z.minimum(1)) }),
  z.object({ type: z.literal('end') }),
]);
export type DocumentAnswer = z.infer<typeof answerSchema>;
