import { CpuBudgets } from '../../../../core/document/cpu-budget.ts';
import { PermanentError } from '../../../../core/mail/errors.ts';
import type { CreateRunner } from '../../runner.ts';

/** Each provider loads only what it needs. */
export const createRunner: CreateRunner<'ocr'> = async ({ settings, documents, store }) => {
  const { ocr } = settings.enrichment;
  if (ocr === null) return null;
  const options = { store, documents, maxPagesPerPdf: ocr.maxPagesPerPdf, budgets: new CpuBudgets() };
  if (ocr.provider === 'tesseract') {
    const { OcrTesseract } = await import('./tesseract/ocr-tesseract.ts');
    return new OcrTesseract({ ...options, packages: set('TESSERACT_FROM', settings.tesseractFrom) });
  }
  const { OcrTextract } = await import('./textract/ocr-textract.ts');
  const { createTextractClient } = await import('../../../../core/aws/textract-client.ts');
  const channel = set('TEXTRACT', settings.textract);
  return new OcrTextract({ ...options, client: createTextractClient(), channel });
};

function set<T>(name: string, value: T | null): T {
  if (value !== null) return value;
  throw new PermanentError('env.missing', `set ${name}: the configured provider of OCR needs it`);
}
