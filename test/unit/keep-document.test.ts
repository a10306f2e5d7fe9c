import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsedKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { keepDocument, readDocument } from '../../core/outcome/documents.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { parsedMail } from '../support/parsed-mail.ts';

const { signal } = new AbortController();
const FIRST = parsedMail();
FIRST.document.key = parsedKey(FIRST.id);

/** The result of one attempt at the mail; no two attempts give the same. */
const made = (revision: number, subject: string): ParsedMail => ({ ...FIRST, revision, subject });

describe('keepDocument', () => {
  it('gives all attempts at a revision the same content, in whatever order they run', async () => {
    const revisions = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), revisions, fc.boolean(), async (s, attempts, first) => {
        const store = new MemoryStore((name) => s.schedule(Promise.resolve(), name));
        const quiet = new MemoryStore(async () => {}, store.objects);
        if (first) await keepDocument(quiet, FIRST, signal);
        const keeping = attempts.map((revision, n) => keepDocument(store, made(revision, `attempt ${n}`), signal));
        const kept = await s.waitFor(Promise.all(keeping));
        const documents = kept.map(({ document }) => document);
        for (const mail of documents) {
          expect(mail).toEqual(documents.find(({ revision }) => revision === mail.revision));
        }
        for (const [n, revision] of attempts.entries()) expect(documents[n]?.revision).toBeGreaterThanOrEqual(revision);
        const latest = Math.max(...attempts, first ? 1 : 0);
        expect(await readDocument(quiet, FIRST.document)).toMatchObject({ revision: latest });
      }),
      { numRuns: 300 },
    );
  });

  it('replaces a document that is unreadable, or removed in the meantime', async () => {
    const objects = new MemoryStore();
    await objects.put(FIRST.document, Buffer.from('no JSON'));
    expect(await keepDocument(objects, FIRST, signal)).toEqual({ document: FIRST, created: true });
    const removing = new MemoryStore(async (name) => {
      if (name.startsWith('get ')) objects.objects.clear();
    }, objects.objects);
    const second = made(2, 'second');
    expect(await keepDocument(removing, second, signal)).toEqual({ document: second, created: true });
    expect(await readDocument(objects, FIRST.document)).toEqual(second);
  });
});
