import { expect, it, vi } from 'vitest';
import { quickSteps } from '../../../core/enrich/text/quick-steps.ts';

vi.mock('eld/extrasmall', () => ({
  eld: {
    detect() {
      throw new Error('no n-grams');
    },
  },
}));

it('a failing library is a failed step', async () => {
  const mail = { text: 'Thank you for the quick help', html: null, reply: null };
  const { enrichment, steps } = await quickSteps(mail, { language: true, sentiment: 'local' });
  expect(enrichment).toEqual({});
  expect(steps.map(({ status, reason }) => [status, reason])).toEqual([
    ['failed', 'no n-grams'],
    ['skipped', 'its word list is English, the text is of an unknown language'],
  ]);
});
