import { readFileSync } from 'node:fs';
import { imageSize } from 'image-size';
import { afterAll, describe, expect, it } from 'vitest';
import { DocumentProcessEnded } from '../../../core/document/document-process.ts';
import { answersTo, documentProcess, PACKAGES, removeDocumentBundle } from '../../support/ocr/open-document.ts';

afterAll(removeDocumentBundle);

/** A page of 300 × 200 points in Helvetica, which the file does not embed. */
const helvetica = (text: string, kids = '[3 0 R]'): Buffer => {
  const content = `BT /F1 24 Tf 20 100 Td (${text}) Tj ET`;
  return Buffer.from(
    `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids${kids}/Count 1>>endobj\n` +
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n' +
      `4 0 obj<</Length ${content.length}>>stream\n${content}\nendstream endobj\n` +
      '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
  );
};
const preview = (bytes: Buffer, previewPage: number, limits = {}) =>
  answersTo(bytes, { maxPages: 100, drawWith: PACKAGES, previewPage }, documentProcess(limits));

describe('a page of a PDF to look at', () => {
  it('is drawn alone, at 132 dots an inch', async () => {
    const { answers, pictures } = await preview(readFileSync('test/fixtures/invoices/avoir-minimum.pdf'), 1);
    expect(answers).toEqual([
      { type: 'document', kind: 'pdf', pageCount: 1, cutOff: false, textLayer: null, invoices: null },
      { type: 'page', page: 1 },
      { type: 'end' },
    ]);
    expect(imageSize(pictures[0] ?? Buffer.alloc(0))).toMatchObject({ type: 'png', width: 1090, height: 1543 });
  });

  it('has its words in a font that the file does not bring', async () => {
    const [blank, written] = [await preview(helvetica(''), 1), await preview(helvetica('Hello'), 1)];
    expect(written.pictures[0]?.length).toBeGreaterThan(2 * (blank.pictures[0]?.length ?? 0));
  });

  it.each([
    ['a page that is not there', helvetica('x'), 2, 'the PDF has no page 2: it has 1'],
    ['a page tree without end', helvetica('x', '[2 0 R]'), 1, 'the page tree of the PDF is too large to count'],
    ['what is no PDF', Buffer.from('%PDF-1.4 nothing'), 1, 'the PDF is damaged: its pages cannot be counted'],
  ])('is refused with a reason: %s', async (_what, bytes, page, reason) => {
    expect((await preview(bytes, page)).answers).toEqual([{ type: 'refused', reason }]);
  });

  it('costs no more time than it may', async () => {
    await expect(preview(helvetica('x'), 1, { processMs: 1 })).rejects.toThrow(DocumentProcessEnded);
  });
});
