import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

/** The reader's result for a mail. */
export const read = async (mail: string | Buffer) => (await readMail(new StreamingMimeReader(), mail)).content;

/** A multipart/report (RFC 6522) whose second part has these lines. */
export const report = (type: string, ...lines: string[]) =>
  [
    `Content-Type: multipart/report; report-type=${type}; boundary=b`,
    '',
    '--b',
    '',
    'for people',
    '--b',
    `Content-Type: message/${type}`,
    '',
    ...lines,
    '--b--',
    '',
  ].join('\r\n');
