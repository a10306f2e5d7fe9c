import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PermanentError } from '../../core/mail/errors.ts';
import { envelopeFromHeaders, type SmtpEnvelope } from '../../core/smtp/envelope-from-headers.ts';

/** The sample mails of the repository; `test/fixtures/README.md` has their origin. */
const FOLDER = fileURLToPath(new URL('../../test/fixtures/mails/', import.meta.url));

export interface Sample {
  file: string;
  envelope: SmtpEnvelope;
  message: Buffer;
}

/** @throws PermanentError `demo.sample` when a file names no sender or no recipient */
export function readSamples(): Sample[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.eml'));
  return files.sort().map((file) => {
    const message = readFileSync(join(FOLDER, file));
    const { mailFrom, rcptTo } = envelopeFromHeaders(message);
    if (mailFrom === null || rcptTo === null) {
      throw new PermanentError('demo.sample', `${join(FOLDER, file)} names no sender or no recipient`);
    }
    return { file, envelope: { mailFrom, rcptTo }, message };
  });
}
