import { readFileSync } from 'node:fs';
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';

/** The scanned invoice of the samples, and the image in it. */
export const SCAN = readFileSync(new URL('../../fixtures/source/assets/invoice-scan.pdf', import.meta.url));
const JPEG_START = SCAN.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
export const SCAN_JPEG = SCAN.subarray(JPEG_START, SCAN.indexOf('\nendstream', JPEG_START));

/** A PDF of these objects, numbered from 1. The first one is the catalog. */
export function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const xref = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${xref}trailer\n<< /Size ${size} /Root 1 0 R ${trailer}>>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  );
}

export const stream = (content: string, dictionary = ''): string =>
  `<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`;

/** A page tree in which each node lists the next one ten times: any number of pages in a few hundred bytes. */
export function sharedPageTree(levels: number, count: number): Buffer {
  const nodes = Array.from({ length: levels }, (_, level) => {
    const child = `${level + 3} 0 R `;
    return `<< /Type /Pages /Count ${level === 0 ? count : 10 ** (levels - level)} /Kids [${child.repeat(10)}] >>`;
  });
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    ...nodes,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ]);
}

/** 3,000 pages that share one object, in about 30 KB. */
export function threeThousandPages(): Buffer {
  const kids = Array.from({ length: 3_000 }, () => '3 0 R').join(' ');
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count 3000 /Kids [${kids}] >>`,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    stream('0 0 595 842 re f'),
  ]);
}

/** Content of one page: lines of text, an image covering half or all of it, both, or nothing. */
export interface PageContent {
  lines?: readonly string[];
  picture?: 'half' | 'whole';
}

export async function pdfWith(pages: readonly PageContent[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const picture = await pdf.embedJpg(SCAN_JPEG);
  for (const { lines, picture: size } of pages) {
    const page = pdf.addPage([595, 842]);
    if (size !== undefined) page.drawImage(picture, { x: 0, y: 0, width: 595, height: size === 'half' ? 430 : 842 });
    for (const [at, line] of (lines ?? []).entries()) page.drawText(line, { x: 50, y: 780 - 20 * at, size: 11, font });
  }
  return Buffer.from(await pdf.save());
}

export async function encryptedPdf(): Promise<Buffer> {
  const pdf = await PDFDocument.load(SCAN);
  pdf.encrypt({ userPassword: 'secret', ownerPassword: 'other' });
  return Buffer.from(await pdf.save());
}

/** Everything a PDF can trigger when it is opened, in one file. */
export function activePdf(url: string): Buffer {
  return pdfOf([
    `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\("${url}"\\); while \\(true\\) {}) >>
       /AA << /WC << /S /URI /URI (${url}) >> >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >>
       /EmbeddedFiles << /Names [(evil.exe) << /Type /Filespec /F (evil.exe) /EF << /F 5 0 R >> >>] >> >> >>`,
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >>
       /AA << /O << /S /Launch /F (/bin/touch) /Win << /F (cmd.exe) >> >> >>
       /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /GoToR /F << /FS /URL /F (${url}) >> >> >>] >>`,
    stream('BT /F1 18 Tf 72 720 Td (Open me: this page has enough letters to be read) Tj ET /X Do'),
    stream('MZ'),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /F << /FS /URL /F (${url}) >> /Length 0 >>\nstream\n\nendstream`,
  ]);
}

/** Forms that each draw the next one ten times: 2 KB that expand to 10 billion drawing operations. */
export function billionLaughs(): Buffer {
  const levels = 10;
  const forms = Array.from({ length: levels }, (_, level) =>
    stream(
      level + 1 < levels ? '/X Do '.repeat(10) : '0 0 1 1 re f',
      `/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X ${level + 5} 0 R >> >>`,
    ),
  );
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${levels + 4} 0 R /Resources << /XObject << /X 4 0 R >> >> >>`,
    ...forms,
    stream('/X Do '.repeat(10)),
  ]);
}

/** Headers only: enough to state the dimensions of an image. */
export function pngHeader(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1').copy(head);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  head.set([8, 2, 0, 0, 0], 24);
  return head;
}

export function jpegHeader(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 7);
  frame.writeUInt16BE(width, 9);
  const jfif = Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return Buffer.concat([frame.subarray(0, 2), jfif, frame.subarray(2), Buffer.alloc(64)]);
}

/** Lossy WebP (RFC 9649 §2.5). */
export function webpHeader(width: number, height: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(56, 4);
  head.write('WEBPVP8 ', 8, 'latin1');
  head.writeUInt32LE(44, 16);
  head.set([0, 0, 0, 0x9d, 0x01, 0x2a], 20);
  head.writeUInt16LE(width, 26);
  head.writeUInt16LE(height, 28);
  return head;
}

/** A chain of image file directories, one per page; the last one points to `next`. */
export function tiff(pages: readonly { width: number; height: number }[], next = 0, little = true): Buffer {
  const file = Buffer.alloc(8 + pages.length * 30);
  const short = (value: number, at: number) => (little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at));
  const long = (value: number, at: number) => (little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at));
  file.write(little ? 'II*\0' : 'MM\0*', 0, 'latin1');
  long(8, 4);
  for (const [page, { width, height }] of pages.entries()) {
    const at = 8 + page * 30;
    short(2, at);
    for (const [entry, tag, type, value] of [
      [0, 0x100, 4, width],
      [1, 0x101, 3, height],
    ] as const) {
      const field = at + 2 + entry * 12;
      short(tag, field);
      short(type, field + 2);
      long(1, field + 4);
      if (type === 4) long(value, field + 8);
      else short(value, field + 8);
    }
    long(page + 1 < pages.length ? at + 30 : next, at + 26);
  }
  return file;
}
