import { readSamples } from '../../local/demo/samples.ts';
import { THREAT } from '../services/created-objects.ts';
import { UNWANTED } from './stand-in.ts';

/** Larger than one upload part (8 MB), so the edge stores such a mail in several requests. */
const LARGE_BYTES = 9 * 1024 * 1024;
const BOUNDARY = 'rehearsal-boundary';

/** A mail and what it demonstrates. */
export interface RehearsalMail {
  name: string;
  message: Buffer;
  /** Arrives a quarter of a minute later; not awaited. */
  late?: boolean;
}

/** The sample mails of the repository, and one mail for each case they do not cover. */
export function rehearsalMails(): RehearsalMail[] {
  return [
    ...readSamples().map(({ file, message }) => ({ name: file, message })),
    { name: 'two scanned pages', message: mailWith({ type: 'application/pdf', content: twoPages('shallow') }) },
    { name: 'two scanned pages, deep inside', message: nested(NESTED_LEVELS), late: true },
    { name: 'a threat', message: mailWith({ type: 'application/octet-stream', content: Buffer.from(THREAT) }) },
    { name: 'more than one part of an upload', message: mailWith({ type: 'application/x-noise', content: large() }) },
    { name: 'a mail that webhooks reject', message: plainMail(UNWANTED) },
  ];
}

/** A mail of one line in English. */
export const plainMail = (subject: string): Buffer =>
  Buffer.from(
    `${HEADER}Subject: ${subject}\r\n\r\nPlease call Ada Lovelace in London before Friday, we are very happy with it.\r\n`,
  );

const HEADER = 'From: Ada <ada@example.org>\r\nTo: Bob <bob@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n';

/** A mail with an attachment for asynchronous enrichment, if enabled. */
export const scannedMail = (subject: string): Buffer =>
  mailWith({ type: 'application/pdf', content: twoPages(subject) }, subject);

function mailWith({ type, content }: { type: string; content: Buffer }, subject = 'Attached'): Buffer {
  const encoded = content.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(
    `${HEADER}Subject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=${BOUNDARY}\r\n\r\n` +
      `--${BOUNDARY}\r\n\r\nSee the attachment.\r\n--${BOUNDARY}\r\nContent-Type: ${type}\r\n` +
      `Content-Disposition: attachment; filename=attached\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
      `${encoded}\r\n--${BOUNDARY}--\r\n`,
  );
}

/** Deeper than a Textract job tag can express, so the job is polled instead. */
const NESTED_LEVELS = 22;

/** Two scanned pages nested in the given number of multiparts. */
function nested(levels: number): Buffer {
  const pdf = twoPages('deep').toString('base64').replace(/.{76}/g, '$&\r\n');
  const open = Array.from(
    { length: levels },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  );
  const close = Array.from({ length: levels }, (_, at) => `\r\n--b${levels - 1 - at}--\r\n`);
  const part = `Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${pdf}`;
  return Buffer.from(`${HEADER}Subject: Deep\r\nMIME-Version: 1.0\r\n${open.join('')}${part}${close.join('')}`);
}

const large = (): Buffer => Buffer.alloc((LARGE_BYTES / 4) * 3, 'rehearsal ');

/**
 * Two pages with an image and no text, as from a scanner.
 *
 * @param name makes the file unique, because OCR results are cached
 */
function twoPages(name: string): Buffer {
  const picture =
    '<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>';
  const page =
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /P 6 0 R >> >> >>';
  const drawing = '595 0 0 842 0 0 cm /P Do';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >>',
    page,
    page,
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    `${picture}\nstream\n0\nendstream`,
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n% ${name}\n`,
  );
}
