import { CpuBudgets } from '../../core/document/cpu-budget.ts';
import { OcrTesseract } from '../../lambda/enricher/steps/ocr/tesseract/ocr-tesseract.ts';
import { ocrConformance } from '../conformance/ocr.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { documentProcess, PACKAGES } from '../support/ocr/open-document.ts';

ocrConformance('Tesseract', async () => {
  let kept = 0;
  const store = new MemoryStore(async (step) => {
    // It recognises within the process: what it keeps tells of it.
    if (step.startsWith('put cache/')) kept += 1;
  });
  const documents = documentProcess({ processMs: 10_000 });
  const runner = new OcrTesseract({
    store,
    documents,
    maxPagesPerPdf: 3,
    budgets: new CpuBudgets(),
    packages: PACKAGES,
  });
  return { runner, store, recognised: () => kept, usdPerPage: 0, close: () => runner.close() };
});
