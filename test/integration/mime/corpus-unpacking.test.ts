import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { unpackTnef } from '../../../core/mime/unpack/tnef.ts';
import { CORPUS, HAS_CORPUS } from '../../corpus/corpus.ts';
import { readMail } from '../../unit/mime/read-mail.ts';

if (!HAS_CORPUS) console.warn('skipped: ../shared/corpus is not there');

const TNEF = join(CORPUS, 'raw/tnef');
/** Every winmail.dat that has a folder with its expected contents. */
const SAMPLES = HAS_CORPUS
  ? readdirSync(TNEF).filter((name) => name.endsWith('.tnef') && existsSync(join(TNEF, name.slice(0, -5))))
  : [];

describe.skipIf(!HAS_CORPUS)('winmail.dat', () => {
  it.each(SAMPLES)('%s gives the files that are inside', (name) => {
    const folder = join(TNEF, name.slice(0, -5));
    const { files, problem } = unpackTnef(readFileSync(join(TNEF, name)), MIME_LIMITS);
    expect(problem).toBeNull();
    // The expected texts lack their CRs; the expected objects start with the 16 bytes of an interface id.
    const expected = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
    const contents = expected.flatMap((bytes) => [digest(bytes), digest(bytes.subarray(16))]);
    for (const { name, bytes } of files) expect(contents, name ?? 'unnamed').toContain(digest(bytes));
    const named = readdirSync(folder).filter((file) => !file.startsWith('Untitled Attachment'));
    expect(files.map((file) => file.name)).toEqual(expect.arrayContaining(named));
  });
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes.toString('latin1').replaceAll('\r', ''), 'latin1').digest('hex');
}

describe.skipIf(!HAS_CORPUS)('part numbers', () => {
  it('are those of the example in RFC 2060', async () => {
    const { content } = await readMail(
      new StreamingMimeReader(),
      readFileSync(join(CORPUS, 'raw/mimekit-messages/rfc2060.txt')),
    );
    expect(content.attachments.map(({ partId }) => partId)).toEqual(['2', '3', '4.1', '4.2']);
    const inner = content.attachments.flatMap(({ message }) => message?.attachments ?? []);
    expect(inner.map(({ partId }) => partId)).toEqual(['3.2', '4.2.2.2']);
    expect(content.charsets.map(({ partId }) => partId).sort()).toEqual(['1', '3.1', '4.2.1', '4.2.2.1']);
  });
});
