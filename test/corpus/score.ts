import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { AttachedMessage, Attachment, MailContent } from '../../core/mail/parsed-mail.ts';
import type { MimeReader } from '../../core/ports/mime-reader.ts';
import { readMail } from '../unit/mime/read-mail.ts';
import { CORPUS, expectedMails } from './corpus.ts';

const total = z.object({ checks: z.int(), passed: z.int(), mails: z.int(), right: z.int() });

type Stored = ReadonlyMap<string, Buffer>;

export interface Score extends z.infer<typeof total> {
  /** One line for each unmet expectation: id, field, detail. */
  failures: string[];
}

/** Reads the mails with expected results and lets score.py compare. */
export async function scoreReader(reader: MimeReader): Promise<Score> {
  const folder = mkdtempSync(join(tmpdir(), 'mime-score-'));
  try {
    const results = join(folder, 'results.ndjson');
    const records: string[] = [];
    for (const { id, bytes } of expectedMails()) records.push(JSON.stringify(await recordOf(reader, id, bytes)));
    writeFileSync(results, `${records.join('\n')}\n`);
    const failures = join(folder, 'failures.txt');
    const args = [join(CORPUS, 'score.py'), join(CORPUS, 'expected.ndjson'), results, '--json', '--fail', failures];
    const output = z.object({ total }).parse(JSON.parse(execFileSync('python3', args, { encoding: 'utf8' })));
    return {
      ...output.total,
      failures: readFileSync(failures, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function recordOf(reader: MimeReader, id: string, bytes: Buffer): Promise<object> {
  const { content, stored } = await readMail(reader, bytes);
  return { id, ok: true, ...messageRecord(content, null, stored), nheaders: content.headers.length };
}

/**
 * The expectations cover the leaves of the MIME tree, so files unpacked from a leaf are omitted.
 *
 * @param partId of the attached mail that the record describes; null for the mail itself
 */
function messageRecord(message: MailContent | AttachedMessage, partId: string | null, stored: Stored): object {
  const { subject, from, to, date, messageId, text, html, attachments } = message;
  const leaves = attachments.filter((attachment) => attachment.parentPartId === partId);
  return { subject, from, to, date, messageId, text, html, atts: leaves.map((leaf) => attachmentRecord(leaf, stored)) };
}

function attachmentRecord(attachment: Attachment, stored: Stored): object {
  const { contentType, filename, size, sha256, message, partId } = attachment;
  const content = stored.get(partId)?.toString('base64');
  return {
    ctype: contentType,
    filename,
    size,
    sha256,
    content,
    ...(message === null ? {} : { nested: messageRecord(message, partId, stored) }),
  };
}
