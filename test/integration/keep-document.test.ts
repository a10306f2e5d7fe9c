import { afterAll, beforeAll, expect, it } from 'vitest';
import { parsedKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { keepDocument, readDocument } from '../../core/outcome/documents.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { parsedMail } from '../support/parsed-mail.ts';

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterAll(() => s3.stop());

it('one of twenty concurrent attempts at a replay writes the document, and the others send it', async () => {
  const keep = (mail: ParsedMail) => keepDocument(s3.store, mail, new AbortController().signal);
  const first = parsedMail();
  first.document = { bucket: 'mail-content', key: parsedKey(first.id) };
  await keep(first);
  const attempts = Array.from({ length: 20 }, (_, n) => ({ ...first, revision: 2, subject: `attempt ${n}` }));
  const kept = await Promise.all(attempts.map(keep));
  const standing = await readDocument(s3.store, first.document);
  expect(attempts).toContainEqual(standing);
  for (const { document } of kept) expect(document).toEqual(standing);
  expect(kept.filter(({ created }) => created)).toHaveLength(1);
});
