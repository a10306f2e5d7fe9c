import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskOutcome } from '../../core/enrich/task.ts';
import { type ReadDocument, readDocumentSchema } from '../../core/mail/enrichment-schema.ts';
import type { Attachment } from '../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { StepRunner } from '../../lambda/enricher/runner.ts';
import {
  billionLaughs,
  encryptedPdf,
  pdfWith,
  pngHeader,
  SCAN,
  SCAN_JPEG,
  threeThousandPages,
} from '../support/ocr/documents.ts';
import { runToEnd, stored, workOn } from '../support/ocr/work.ts';

export interface OcrUnderTest {
  runner: StepRunner<'ocr'>;
  store: ObjectStore;
  /** The number of requests, or images, recognised so far. */
  recognised(): number;
  /** Price per page in US dollars. */
  usdPerPage: number;
  close(): Promise<void>;
}

const VALUES = { value: expect.anything(), confidence: expect.any(Number) };

/**
 * The contract of every document reader. It is tested with the scanned invoice of the samples, on one page and on two.
 */
export function ocrConformance(name: string, open: () => Promise<OcrUnderTest>): void {
  describe(`OCR: ${name}`, () => {
    let ocr: OcrUnderTest;
    beforeAll(async () => {
      ocr = await open();
    });
    afterAll(() => ocr?.close());

    let parts = 1;
    const add = (bytes: Buffer, overrides: Partial<Attachment> = {}) => {
      parts += 1;
      return stored(ocr.store, bytes, { partId: String(parts), ...overrides });
    };
    const read = async (bytes: Buffer): Promise<TaskOutcome<'ocr'>> => runToEnd(ocr.runner, workOn(await add(bytes)));
    const document = (outcome: TaskOutcome<'ocr'>): ReadDocument => {
      if (outcome.status !== 'ok') throw new Error(outcome.reason);
      return readDocumentSchema.parse(outcome.result);
    };

    it('reads the scanned invoice: its text, and its fields', async () => {
      const outcome = await read(SCAN);
      const { source, pageCount, pages, invoice } = document(outcome);
      expect({ source, pageCount, page: pages.map(({ page }) => page) }).toEqual({
        source: 'ocr',
        pageCount: 1,
        page: [1],
      });
      expect(pages[0]?.text).toContain('HP-2026-0417');
      expect(pages[0]?.confidence).toBeGreaterThan(0.5);
      expect(invoice).toMatchObject({
        vendor: { ...VALUES, value: 'Harbour Paper Supplies Ltd' },
        invoiceNumber: { ...VALUES, value: 'HP-2026-0417' },
        invoiceDate: { ...VALUES, value: '2026-11-02' },
        dueDate: { ...VALUES, value: '2026-12-02' },
        currency: 'GBP',
        net: { ...VALUES, value: 1240 },
        tax: { ...VALUES, value: 248 },
        total: { ...VALUES, value: 1488 },
      });
      expect(invoice?.lineItems).toMatchObject([
        { description: 'Copier paper A4, box of 5 reams', quantity: 40, unitPrice: 18.5, amount: 740 },
        { description: 'Envelopes C5, box of 500', quantity: 20, unitPrice: 21, amount: 420 },
        { description: 'Delivery', quantity: 1, unitPrice: 80, amount: 80 },
      ]);
      for (const field of [invoice?.total, invoice?.vendor, ...(invoice?.lineItems ?? [])]) {
        expect(field?.confidence).toBeGreaterThan(0.5);
        expect(field?.confidence).toBeLessThanOrEqual(1);
      }
      expect(outcome.costUsd).toBe(ocr.usdPerPage);
    });

    it('does not read it a second time, whatever mail it comes with', async () => {
      await read(SCAN);
      const before = ocr.recognised();
      const work = workOn(await add(SCAN), { budgetUsd: 0 });
      const outcome = await runToEnd(ocr.runner, work);
      expect(document(outcome)).toMatchObject({ partId: work.attachment?.partId, invoice: { total: { value: 1488 } } });
      expect({ cost: outcome.costUsd, spent: work.spent, asked: ocr.recognised() - before }).toEqual({
        cost: 0,
        spent: [],
        asked: 0,
      });
    });

    it('reads a photograph', async () => {
      expect(document(await read(SCAN_JPEG)).invoice?.total?.value).toBe(1488);
    });

    it('reads every page, and bills every page', async () => {
      const outcome = await read(await pdfWith([{ picture: 'whole' }, { picture: 'whole' }]));
      const { pageCount, pages } = document(outcome);
      expect({ pageCount, read: pages.map(({ page }) => page) }).toEqual({ pageCount: 2, read: [1, 2] });
      expect(pages.every(({ text }) => text.includes('Harbour Paper'))).toBe(true);
      expect(outcome.costUsd).toBeCloseTo(2 * ocr.usdPerPage);
    });

    it('uses the text layer of a PDF, with its fields by rules', async () => {
      const before = ocr.recognised();
      const lines = [
        'Example Ltd',
        'Invoice number: 2026-17',
        'Net amount EUR 100.00',
        'VAT 19 % EUR 19.00',
        'Total due EUR 119.00',
      ];
      const outcome = await read(await pdfWith([{ lines }, { lines: ['And a second page with words enough'] }]));
      expect(document(outcome)).toMatchObject({
        source: 'text-layer',
        pageCount: 2,
        pages: [
          { page: 1, text: lines.join('\n'), confidence: null },
          { page: 2, text: 'And a second page with words enough', confidence: null },
        ],
        invoice: { method: 'rules', total: { value: 119, confidence: expect.any(Number) }, currency: 'EUR' },
      });
      expect({ cost: outcome.costUsd, asked: ocr.recognised() - before }).toEqual({ cost: 0, asked: 0 });
    });

    it.each<[string, () => Buffer | Promise<Buffer>, string]>([
      ['3,000 pages', threeThousandPages, 'the PDF has more than 3 pages'],
      ['one page more than the limit', () => pdfWith([{}, {}, {}, {}]), 'the PDF has more than 3 pages'],
      ['encryption', encryptedPdf, 'the PDF is encrypted'],
      ['damage', () => SCAN.subarray(0, 40_000), 'the PDF is damaged'],
      ['10 billion pixels', () => pngHeader(100_000, 100_000), 'a side may have 10000 at most'],
      ['another type than it says', () => Buffer.from('hello'), 'neither a PDF nor an image'],
      ['more bytes than are opened', () => Buffer.alloc(32 * 1024 * 1024 + 1), 'it is larger than 33554432 bytes'],
    ])('skips a document with %s at no cost', async (_, bytes, reason) => {
      const before = ocr.recognised();
      const work = workOn(await add(await bytes()));
      expect(await runToEnd(ocr.runner, work)).toEqual({
        status: 'skipped',
        reason: expect.stringContaining(reason),
        costUsd: 0,
      });
      expect({ spent: work.spent, asked: ocr.recognised() - before }).toEqual({ spent: [], asked: 0 });
    });

    it('records a document that crashes its process as failed, and reads the next one', async () => {
      expect(await read(billionLaughs())).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^opening it took/),
      });
      expect((await read(SCAN)).status).toBe('ok');
    });

    it('reads only what the parser stored', async () => {
      const other = await add(SCAN_JPEG, { sha256: 'a'.repeat(64) });
      await expect(ocr.runner.run(workOn(other))).rejects.toMatchObject({ code: 'attachment.changed' });
      const longer = await add(SCAN_JPEG, { size: 10, sha256: 'c'.repeat(64) });
      await expect(ocr.runner.run(workOn(longer))).rejects.toMatchObject({ code: 'attachment.changed' });
      const gone = await add(Buffer.from('gone'));
      await ocr.store.delete(gone);
      await expect(ocr.runner.run(workOn(gone))).rejects.toMatchObject({
        kind: 'permanent',
        code: 'attachment.missing',
      });
    });

    it('ignores a cached result for a document that is over the limit now, or in another format', async () => {
      const key = (bytes: string) => ({ bucket: 'mail-content', key: bytes });
      const kept: string[] = [];
      for await (const object of ocr.store.list('mail-content', { prefix: 'cache/ocr/' })) kept.push(object.key);
      expect(kept.length).toBeGreaterThan(0);
      for (const name of kept) await ocr.store.put(key(name), Buffer.from('{"source":"ocr","pageCount":1}'));
      const before = ocr.recognised();
      expect((await read(SCAN)).status).toBe('ok');
      expect(ocr.recognised() - before).toBeGreaterThan(0);
    });

    it('stops when its signal aborts', async () => {
      const late = new Error('the mail went out');
      const work = workOn(await add(await pdfWith([{ picture: 'half' }])), { signal: AbortSignal.abort(late) });
      await expect(ocr.runner.run(work)).rejects.toThrow();
    });
  });
}
