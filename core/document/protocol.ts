import * as z from 'zod/mini';
import { invoiceSchema } from '../mail/enrichment-schema.ts';

/** First argument of a process that opens a document, which runs the same bundle as the function. */
export const DOCUMENT_PROCESS = 'open-document';

/** The descriptor for answers; standard output is left to the libraries. */
export const ANSWER_FD = 3;

export const DOCUMENT_KINDS = ['pdf', 'png', 'jpeg', 'tiff', 'webp', 'xml'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What the parent requests, ahead of the bytes of the document. */
export interface DocumentRequest {
  maxPages: number;
  /** Folder whose packages draw the pages; null when no pictures are needed. */
  drawWith: string | null;
  /** Draw only this page, from 1, for a person to look at, and read nothing else. Null to read the document. */
  previewPage: number | null;
}

const lineSchema = z.object({
  text: z.string(),
  y: z.number(),
  height: z.number(),
  places: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
});

/** The request with what the parent adds. */
export interface DocumentOrder extends DocumentRequest {
  /** Folder of the fonts that a PDF need not embed; null when nothing is drawn. */
  fonts: string | null;
}

/** Its answers: a refusal with the reason, or the content, the picture of each page, and the end. */
export const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('refused'), reason: z.string().check(z.maxLength(500)) }),
  z.object({
    type: z.literal('document'),
    kind: z.enum(DOCUMENT_KINDS),
    /** 0 when it has none, or when they cannot be counted and need not be. */
    pageCount: z.int().check(z.minimum(0)),
    /** An image whose end is missing. */
    cutOff: z.boolean(),
    /** Lines of text on each page; null when the document needs OCR. */
    textLayer: z.nullable(z.array(z.array(lineSchema))),
    /** The electronic invoices in it. With one, nothing needs OCR. */
    invoices: z.nullable(z.array(invoiceSchema).check(z.minLength(1))),
  }),
  /** Followed by a PNG. */
  z.object({ type: z.literal('page'), page: z.int().check(z.minimum(1)) }),
  z.object({ type: z.literal('end') }),
]);
export type DocumentAnswer = z.infer<typeof answerSchema>;
