import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { CpuBudgets } from '../../core/document/cpu-budget.ts';
import { OcrTesseract } from '../../lambda/enricher/steps/ocr/tesseract/ocr-tesseract.ts';
import { ocrConformance } from '../conformance/ocr.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { documentProcess, PACKAGES, removeDocumentBundle } from '../support/ocr/open-document.ts';
import { stored, workOn } from '../support/ocr/work.ts';
import { parsedMail } from '../support/parsed-mail.ts';

afterAll(removeDocumentBundle);

ocrConformance('Tesseract', async () => {
  let kept = 0;
  const store = new MemoryStore(async (step) => {
    // OCR runs within the process; count what it caches instead.
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

describe('a page in another language than English', () => {
  const german = readFileSync('test/fixtures/ocr/german.png');

  it.each([
    ['of an English mail', 'en'],
    ['of a German mail', 'de'],
    ['of a mail whose language is not known', null],
  ])('%s is read with its own letters', async (_, language) => {
    const store = new MemoryStore();
    const mail = parsedMail({ enrichment: language === null ? {} : { language: { language, confidence: 1 } } });
    const reader = new OcrTesseract({
      store,
      documents: documentProcess(),
      maxPagesPerPdf: 3,
      budgets: new CpuBudgets(),
      packages: PACKAGES,
    });
    const outcome = await reader.run(workOn(await stored(store, german), { mail }));
    await reader.close();
    expect(outcome).toMatchObject({
      status: 'ok',
      result: {
        invoice: { invoiceNumber: { value: '2026-118' }, invoiceDate: { value: '2026-11-02' }, total: { value: 119 } },
      },
    });
    const text = outcome.status === 'ok' ? outcome.result.pages[0]?.text : '';
    for (const word of ['Müller & Söhne', 'Königstraße', 'Süßwaren größerer', 'Beträge', 'überweisen'])
      expect(text).toContain(word);
  });
});
