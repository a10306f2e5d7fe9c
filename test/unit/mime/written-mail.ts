import { MIME_LIMITS, type MimeLimits } from '../../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { readMail } from './read-mail.ts';

export const reader = new StreamingMimeReader();

export const mail = (...lines: string[]) => lines.join('\r\n');
export const MIXED = 'Content-Type: multipart/mixed; boundary=b';
export const PDF = ['Content-Type: application/pdf; name=a.pdf', 'Content-Transfer-Encoding: base64', '', 'JVBERi0='];

/** @param mail a string is encoded as Latin-1 */
export const read = (mail: string | Buffer, limits: Partial<MimeLimits> = {}) =>
  readMail(reader, typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail, undefined, {
    ...MIME_LIMITS,
    ...limits,
  });
export const content = async (mail: string | Buffer, limits?: Partial<MimeLimits>) =>
  (await read(mail, limits)).content;
/** The codes of a mail's defects. */
export const codes = async (mail: string | Buffer, limits?: Partial<MimeLimits>) =>
  (await content(mail, limits)).defects.map(({ code }) => code);
