import { describe, expect, it } from 'vitest';
import { inlineSteps } from '../../../core/enrich/text/inline-steps.ts';
import { quotingText } from '../../../core/mime/derived/html-text.ts';
import { readReply } from '../../../core/mime/derived/reply.ts';
import { cpuTimed } from '../../support/cpu-time.ts';

const SENTENCE = 'We would like to order twelve boxes of paper for the office.';
const nested = (tag: string, depth: number) => `<${tag}>`.repeat(depth) + SENTENCE + `</${tag}>`.repeat(depth);

describe('deeply nested HTML', () => {
  it.each([2_500, 100_000, 1_000_000])(
    'of %i levels of div, span and table takes no stack and little time',
    async (depth) => {
      for (const tag of ['div', 'span', 'table']) {
        const { result, ms } = await cpuTimed(() => quotingText(nested(tag, depth)));
        expect(result.trim()).toBe(SENTENCE);
        expect(ms).toBeLessThan(5_000);
      }
    },
  );

  it('of 100,000 quotes has them marked five deep', () => {
    expect(quotingText(nested('blockquote', 100_000)).trim()).toBe(`> > > > > ${SENTENCE}`);
  });

  it('has a known language at 2,500 levels; of 100,000 levels the first 128 KB are read', async () => {
    const settings = { language: true, sentiment: 'local' as const };
    const shallow = await inlineSteps({ text: null, reply: null, html: nested('div', 2_500) }, settings);
    expect(shallow.enrichment).toMatchObject({ language: { language: 'en' }, sentiment: { label: 'positive' } });
    const { result, ms } = await cpuTimed(() =>
      inlineSteps({ text: null, reply: null, html: nested('div', 100_000) }, settings),
    );
    expect(result.steps.map(({ name, status, reason }) => [name, status, reason])).toEqual([
      ['language', 'skipped', 'the mail has no text'],
      ['sentiment', 'skipped', 'the mail has no text'],
    ]);
    expect(ms).toBeLessThan(3_000);
  });

  it('of a reply with 2,500 levels is split into new and quoted text', () => {
    const html = `${nested('div', 2_500)}<div class="gmail_quote">${nested('blockquote', 2_500)}</div>`;
    const mail = { subject: null, inReplyTo: ['1@x'], references: [], text: null, html };
    expect(readReply(mail)).toMatchObject({ text: SENTENCE, quoted: `> > > > > ${SENTENCE}` });
  });
});

describe('HTML with unclosed markup', () => {
  it.each([
    ['tags', '<div '],
    ['comments', '<!--'],
    ['comments that end', '<!-- x -->'],
    ['scripts', '<script>'],
    ['scripts that end', '<script></script>'],
    ['attributes', '<div class="gmail_quote" '],
    ['end tags', '</div>'],
    ['less-than signs', '<'],
    ['greater-than signs', '>'],
    ['references', '&#x'],
    ['ampersands', '&'],
    ['line breaks', '<br>'],
    ['blanks', ' \t'],
  ])('takes time that grows with its length: %s', async (_name, piece) => {
    const of = (length: number) => cpuTimed(() => quotingText(piece.repeat(length / piece.length)));
    await of(100_000);
    expect((await of(2_000_000)).ms).toBeLessThan(5_000);
  });
});
