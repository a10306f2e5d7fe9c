import type { CpuBudgets } from '../../../../core/document/cpu-budget.ts';
import {
  DocumentProcessEnded,
  type DocumentProcessOptions,
  openDocument,
} from '../../../../core/document/document-process.ts';
import type { DocumentAnswer } from '../../../../core/document/protocol.ts';
import type { TaskOutcome } from '../../../../core/enrich/task.ts';
import type { Invoice } from '../../../../core/mail/enrichment-schema.ts';
import type { Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../../core/ports/object-store.ts';
import type { Work } from '../../runner.ts';
import { attachmentBytes } from './attachment-bytes.ts';
import { OcrCache, type ReadContent } from './cache.ts';
import { invoiceByRules } from './invoice/rules.ts';
import { OCR_LIMITS } from './limits.ts';
import { comparedWithPrint } from './xml/compare-print.ts';

type TextLayer = NonNullable<Extract<DocumentAnswer, { type: 'document' }>['textLayer']>;

/** Options of both providers. */
export interface OcrOptions {
  store: ObjectStore;
  /** Opens documents. */
  documents: DocumentProcessOptions;
  maxPagesPerPdf: number;
  budgets: CpuBudgets;
}

type Outcome = TaskOutcome<'ocr'>;

/** An attachment that needs OCR. */
export interface Unread {
  attachment: Attachment;
  document: Extract<DocumentAnswer, { type: 'document' }>;
  /** A PNG of each page, in order, drawn on demand. None without `drawWith`. */
  pictures: AsyncIterable<Buffer>;
}

/**
 * The part common to all providers: an attachment that was read before costs nothing, pages are counted before any
 * request, and the text layer of a PDF is used when it has one.
 *
 * @param recognise called when nothing else helps
 */
export async function readAttachment<Result>(
  { store, documents, maxPagesPerPdf, budgets }: OcrOptions,
  { provider, drawWith }: { provider: string; drawWith: string | null },
  work: Work,
  recognise: (unread: Unread) => Promise<Result>,
): Promise<Outcome | Result> {
  const attachment = attachmentOf(work);
  const known = await new OcrCache(store, provider).read(work, attachment.sha256);
  if (known !== null && known.pageCount <= maxPagesPerPdf) return done(attachment, known, 0);
  if (attachment.size > OCR_LIMITS.documentBytes) {
    return { status: 'skipped', reason: `it is larger than ${OCR_LIMITS.documentBytes} bytes`, costUsd: 0 };
  }
  const budget = budgets.of(work.mail);
  if (budget.isSpent) return { status: 'skipped', reason: budget.reason, costUsd: 0 };
  const bytes = await attachmentBytes(store, attachment, work.signal);
  const request = { maxPages: maxPagesPerPdf, drawWith, previewPage: null };
  const answers = openDocument(documents, bytes, request, { signal: work.signal, budget });
  try {
    const { answer } = await take(answers);
    if (answer.type === 'refused') return { status: 'skipped', reason: answer.reason, costUsd: 0 };
    if (answer.type !== 'document') throw new DocumentProcessEnded('the process that opened it answered out of order');
    if (answer.invoices !== null) return done(attachment, electronicContent(answer, answer.invoices), 0);
    if (answer.textLayer !== null) return done(attachment, textLayerContent(answer.textLayer), 0);
    return await recognise({ attachment, document: answer, pictures: pictures(answers) });
  } catch (error) {
    if (error instanceof DocumentProcessEnded) return { status: 'failed', reason: error.message, costUsd: 0 };
    throw error;
  } finally {
    await answers.return(undefined);
  }
}

export function attachmentOf({ attachment }: Work): Attachment {
  if (attachment === null) throw new Error('OCR needs an attachment, and the task names none');
  return attachment;
}

/** Why less may have been read than was sent. */
export const CUT_OFF = 'the image is truncated: its end is missing';

/** @param reason what is wrong although it was read; null for nothing */
export const done = (
  { partId }: Attachment,
  content: ReadContent,
  costUsd: number,
  reason: string | null = null,
): Outcome => ({ status: 'ok', result: { partId, ...content }, costUsd, reason });

type Answers = ReturnType<typeof openDocument>;

async function take(answers: Answers): Promise<{ answer: DocumentAnswer; bytes: Buffer }> {
  const { value, done: ended } = await answers.next();
  if (ended === true) throw new DocumentProcessEnded('the process that opened it did not answer');
  return value;
}

async function* pictures(answers: Answers): AsyncGenerator<Buffer> {
  for (;;) {
    const { answer, bytes } = await take(answers);
    if (answer.type === 'end') return;
    if (answer.type === 'refused') throw new DocumentProcessEnded(answer.reason);
    if (answer.type === 'page') yield bytes;
  }
}

function electronicContent({ pageCount, textLayer }: Unread['document'], invoices: readonly Invoice[]): ReadContent {
  const [invoice = null, ...furtherInvoices] = invoices;
  return {
    source: 'xml',
    pageCount,
    pages: textLayer === null ? [] : pagesOf(textLayer),
    invoice: invoice && textLayer ? comparedWithPrint(invoice, textLayer) : invoice,
    ...(furtherInvoices.length === 0 ? {} : { furtherInvoices }),
  };
}

const pagesOf = (textLayer: TextLayer): ReadContent['pages'] =>
  textLayer.map((lines, at) => ({ page: at + 1, text: lines.map(({ text }) => text).join('\n'), confidence: null }));

function textLayerContent(textLayer: TextLayer): ReadContent {
  return {
    source: 'text-layer',
    pageCount: textLayer.length,
    pages: pagesOf(textLayer),
    invoice: invoiceByRules(textLayer.map((lines) => lines.map((line) => ({ ...line, confidence: null })))),
  };
}
