import { imageSize } from 'image-size';
import { afterAll, describe, expect, it } from 'vitest';
import {
  encryptedPdf,
  jpegHeader,
  pdfOf,
  pdfWith,
  pngHeader,
  SCAN,
  SCAN_JPEG,
  sharedPageTree,
  threeThousandPages,
  tiff,
  webpHeader,
} from '../support/ocr/documents.ts';
import { answersTo, PACKAGES, removeDocumentBundle, textLayer } from '../support/ocr/open-document.ts';

afterAll(removeDocumentBundle);

const LINES = Array.from({ length: 12 }, (_, at) => `Line ${at + 1} of a letter that says enough to be read`);

async function refusal(bytes: Buffer, request = {}): Promise<string> {
  const { answers } = await answersTo(bytes, request);
  const [answer] = answers;
  return answer?.type === 'refused' ? answer.reason : `not refused: ${JSON.stringify(answer)}`;
}

describe('counting pages', () => {
  it('refuses a PDF of 3,000 pages', async () => {
    const bytes = threeThousandPages();
    expect(bytes.length).toBeLessThan(100_000);
    expect(await refusal(bytes)).toBe('the PDF has more than 10 pages');
  });

  it.each([
    ['1,000,000 pages in a few nodes', sharedPageTree(6, 1_000_000), 'the PDF has more than 10 pages'],
    ['pages that it calls one', sharedPageTree(2, 1), 'the PDF has more than 10 pages'],
    [
      'fewer pages than it says',
      sharedPageTree(1, 12),
      'the pages of the PDF cannot be counted: it contradicts itself',
    ],
    [
      'a node that is its own child',
      pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 1 /Kids [2 0 R] >>']),
      'the page tree of the PDF is too large to count',
    ],
    [
      'no pages',
      pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 0 /Kids [] >>']),
      'the PDF has no pages',
    ],
    ['no page tree', pdfOf(['<< /Type /Catalog >>']), 'the PDF is damaged: its pages cannot be counted'],
    ['nothing but a header', Buffer.from('%PDF-1.4\n'), 'the PDF is damaged: its pages cannot be counted'],
    ['half of it', SCAN.subarray(0, SCAN.length / 2), 'the PDF is damaged'],
  ])('refuses a PDF with %s', async (_, bytes, reason) => {
    expect(await refusal(bytes)).toBe(reason);
  });

  it('refuses an encrypted PDF', async () => {
    expect(await refusal(await encryptedPdf())).toBe('the PDF is encrypted');
  });

  it('counts the pages of a TIFF, of either byte order', async () => {
    const pages = Array.from({ length: 3 }, () => ({ width: 1240, height: 1754 }));
    for (const little of [true, false]) {
      const { answers } = await answersTo(tiff(pages, 0, little));
      expect(answers[0]).toEqual({
        type: 'document',
        kind: 'tiff',
        pageCount: 3,
        cutOff: false,
        textLayer: null,
        invoices: null,
      });
    }
    expect(await refusal(tiff(pages), { maxPages: 2 })).toBe('the image has more than 2 pages');
  });

  it.each([
    ['leads back', tiff([{ width: 9, height: 9 }], 8), 'the image has more than 10 pages'],
    ['leads away', tiff([{ width: 9, height: 9 }], 9_999), 'the pages of the TIFF image cannot be counted'],
    ['is empty', Buffer.from('II*\0\0\0\0\0', 'latin1'), 'the TIFF image has no pages'],
  ])('refuses a TIFF whose chain of pages %s', async (_, bytes, reason) => {
    expect(await refusal(bytes)).toBe(reason);
  });
});

describe('images', () => {
  it.each([
    // Only a header.
    ['png', pngHeader(1240, 1754), true],
    ['jpeg', SCAN_JPEG, false],
    ['webp', webpHeader(1240, 1754), false],
  ])('knows a %s by its first bytes', async (kind, bytes, cutOff) => {
    const { answers } = await answersTo(bytes);
    expect(answers).toEqual([
      { type: 'document', kind, pageCount: 1, cutOff, textLayer: null, invoices: null },
      { type: 'end' },
    ]);
  });

  it.each([
    ['PNG', pngHeader(100_000, 100_000), 'a side may have 10000 at most'],
    ['PNG of as many pixels in one row', pngHeader(4_000_000_000, 1), 'a side may have 10000 at most'],
    ['JPEG', jpegHeader(65_500, 65_500), 'a side may have 10000 at most'],
    ['JPEG with short sides', jpegHeader(9_000, 9_000), 'it may have 40000000 at most'],
    ['WebP', webpHeader(16_000, 16_000), 'a side may have 10000 at most'],
    ['TIFF', tiff([{ width: 2_000_000_000, height: 60_000 }]), 'a side may have 10000 at most'],
    [
      'second page of a TIFF',
      tiff([
        { width: 9, height: 9 },
        { width: 9_999, height: 9_999 },
      ]),
      'it may have 40000000 at most',
    ],
  ])('refuses an image bomb: %s', async (_, bytes, reason) => {
    expect(await refusal(bytes, { drawWith: PACKAGES })).toContain(reason);
  });

  it.each([
    ['a text', Buffer.from('Dear customer')],
    ['nothing', Buffer.alloc(0)],
    ['the first bytes of a PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a GIF', Buffer.from('GIF89a\x09\0\x09\0\0\0\0', 'latin1')],
  ])('refuses %s', async (_, bytes) => {
    expect(await refusal(bytes)).toContain('neither a PDF nor');
  });

  it('draws an image, and calls one that it cannot draw unreadable', async () => {
    const { pictures } = await answersTo(SCAN_JPEG, { drawWith: PACKAGES });
    expect(pictures.map((png) => imageSize(png))).toMatchObject([{ type: 'png', width: 1240, height: 1754 }]);
    const { answers } = await answersTo(pngHeader(100, 100), { drawWith: PACKAGES });
    expect(answers.at(-1)).toMatchObject({ type: 'refused', reason: expect.stringContaining('it cannot be read') });
  });
});

describe('the text layer of a PDF', () => {
  it('is read, columns apart', async () => {
    const lines = ['Description of what we have sent', 'Paper of the best sort'];
    expect(await textLayer(await pdfWith([{ lines }]))).toEqual([lines]);
    const table = pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      '<< /Type /Page /Parent 2 0 R /Rotate 90 /MediaBox [0 0 842 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
      '<< /Length 144 >>\nstream\nBT /F1 12 Tf 0 1 -1 0 400 100 Tm (1,488.00) Tj ET BT /F1 12 Tf 0 1 -1 0 400 20 Tm (Total) Tj 0 40 Td (Invoice HP-2026-0417) Tj ET\nendstream',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>',
    ]);
    expect(await textLayer(table)).toEqual([['Invoice HP-2026-0417', 'Total   1,488.00']]);
  });

  it.each([
    ['a page that is a picture', [{ picture: 'whole' }]],
    ['a picture with the stamp of a scanner', [{ picture: 'whole', lines: ['Scanned by Example Scanner 3000'] }]],
    ['letters and one scanned page', [{ lines: LINES }, { picture: 'whole' }]],
    ['a page number alone', [{ lines: ['Page 1 of 1'] }]],
    ['nothing at all', [{}]],
  ] as const)('is not taken from %s', async (_, pages) => {
    expect(await textLayer(await pdfWith(pages))).toBeNull();
  });

  it.each([
    ['a letter with a picture', [{ lines: LINES, picture: 'half' }]],
    ['a scan with the text of it', [{ lines: LINES, picture: 'whole' }]],
    ['a short letter', [{ lines: ['A line of more than twenty letters'] }]],
    ['a letter with an empty page', [{ lines: LINES }, {}]],
  ] as const)('is taken from %s', async (_, pages) => {
    expect((await textLayer(await pdfWith(pages)))?.[0]).toContain(pages[0].lines[0]);
  });
});

describe('a picture of a page', () => {
  it('is rendered for each page in the size of its paper', async () => {
    const { answers, pictures } = await answersTo(await pdfWith([{ lines: LINES }, { picture: 'whole' }]), {
      drawWith: PACKAGES,
    });
    expect(answers.map(({ type }) => type)).toEqual(['document', 'page', 'page', 'end']);
    expect(pictures.map((png) => imageSize(png))).toMatchObject([
      { width: 1652, height: 2338 },
      { width: 1652, height: 2338 },
    ]);
  });

  it('is smaller for a page of 5 × 5 m', async () => {
    const poster = pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /Contents 4 0 R >>',
      '<< /Length 20 >>\nstream\n0 0 9000 9000 re f\nendstream',
    ]);
    const { pictures } = await answersTo(poster, { drawWith: PACKAGES });
    expect(pictures.map((png) => imageSize(png))).toMatchObject([{ width: 2828, height: 2828 }]);
  });
});
