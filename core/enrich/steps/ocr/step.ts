import { allAttachments, typeOf } from '../../../mail/attachments.ts';
import { type ReadDocument, readDocumentSchema } from '../../../mail/enrichment-schema.ts';
import type { Attachment } from '../../../mail/parsed-mail.ts';
import { type EnrichmentStep, foundIn, onAttachments } from '../../step.ts';
import { ocrConfig } from './config.ts';

/** Types that both Textract and Tesseract read. */
const READABLE = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/tiff']);

export const ocr = {
  config: ocrConfig,
  inline: null,
  tasks: {
    costMetric: 'ocrCost',
    result: readDocumentSchema,
    plan({ attachments }, settings) {
      if (settings === null) return [];
      return onAttachments(
        settings.provider,
        allAttachments(attachments).filter(isReadable),
        settings.maxDocumentsPerMail,
      );
    },
    document(entries) {
      const documents = foundIn(entries);
      return documents.length === 0 ? undefined : { documents };
    },
  },
} satisfies EnrichmentStep<'ocr', typeof ocrConfig, ReadDocument>;

/** Electronic invoices are XML, under various declared types, and may be signed (`.p7m`). */
function isXml({ filename }: Attachment, type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || /\.xml(?:\.p7m)*$/i.test(filename ?? '');
}

/** An image inside the HTML is a logo, a signature or a tracking pixel; a PDF is none of these. */
function isReadable(attachment: Attachment): boolean {
  const type = typeOf(attachment);
  return (
    attachment.size > 0 &&
    ((READABLE.has(type) && !(attachment.related && type.startsWith('image/'))) || isXml(attachment, type))
  );
}
