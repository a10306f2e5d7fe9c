import { afterAll, expect, it, vi } from 'vitest';

// Unit tests share their modules: load separate ones with a failing table, and remove them afterwards.
afterAll(() => {
  vi.doUnmock('../../../core/enrich/text/ngram-languages.ts');
  vi.resetModules();
});

it('language detection that throws becomes a failed step', async () => {
  vi.resetModules();
  vi.doMock('../../../core/enrich/text/ngram-languages.ts', () => ({
    guessLanguage() {
      throw new Error('no n-grams');
    },
  }));
  const { inlineSteps } = await import('../../../core/enrich/text/inline-steps.ts');
  const mail = { text: 'Thank you for the quick help', html: null, reply: null };
  const { enrichment, steps } = await inlineSteps(mail, { language: true, sentiment: 'local' });
  expect(enrichment).toEqual({});
  expect(steps.map(({ status, reason }) => [status, reason])).toEqual([
    ['failed', 'no n-grams'],
    ['skipped', 'its word list is English, the text is of an unknown language'],
  ]);
});
