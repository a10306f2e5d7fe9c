import * as z from 'zod/mini';
import { field, flag, whole } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const ocrConfig = configured({
  configuration: () =>
    field(
      z.prefault(
        z.strictObject({
          enabled: flag(
            true,
            'Reads images and scanned PDFs: Amazon Textract ($0.01 a page; not in every region) in a deployment, Tesseract in local mode.',
          ),
          maxPagesPerPdf: whole(
            { min: 1, max: 100, default: 10 },
            'Maximum pages of a PDF; a longer one is not read at all, because a PDF of 30 KB can have 3,000.',
          ),
          maxDocumentsPerMail: whole({ min: 1, max: 50, default: 5 }, 'Maximum images and PDFs to read in one mail.'),
        }),
        {},
      ),
      'Text of images and scanned PDFs, and the fields of invoices.',
    ),
  settings: z.nullable(
    z.object({
      provider: z.enum(['textract', 'tesseract']),
      maxPagesPerPdf: z.int(),
      maxDocumentsPerMail: z.int(),
    }),
  ),
  off: null,
  settingsAt({ enabled, maxPagesPerPdf, maxDocumentsPerMail }, place) {
    if (!enabled) return null;
    const provider = place === 'aws' ? 'textract' : 'tesseract';
    return { provider, maxPagesPerPdf, maxDocumentsPerMail } as const;
  },
});
