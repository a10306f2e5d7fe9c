import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlineSteps } from '../../../core/enrich/text/inline-steps.ts';
import { detectLanguage } from '../../../core/enrich/text/language.ts';
import { localSentiment } from '../../../core/enrich/text/local-sentiment.ts';
import { ownText } from '../../../core/enrich/text/own-text.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { sampleMail } from '../../fixtures/samples.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';
import { MAILS_IN_LANGUAGES } from '../../support/mails-in-languages.ts';
import { readMail } from '../mime/read-mail.ts';

const BOTH = { language: true, sentiment: 'local' } as const;
const content = (text: string | null, html: string | null = null) => ({ text, html, reply: null });

describe('the language', () => {
  // One line of text is too short to tell Danish from Norwegian Bokmål.
  const mails = Object.entries(MAILS_IN_LANGUAGES).flatMap(([language, texts]) =>
    texts.map((text, at) => ({ language, at, text })).filter(({ at }) => language !== 'no' || at > 0),
  );

  it.each(mails)('of a mail in $language is found: $at', async ({ language, text }) => {
    const detected = await detectLanguage(text);
    // A short line may be too little text: then no language is better than a wrong one.
    if (detected === null) expect(text.length).toBeLessThan(45);
    else expect(detected.language).toBe(language);
  });

  it.each([
    ['Paket morgen', null],
    ['Hello Otto', null],
    ['går galt undervejs.', null],
    ['merci beaucoup', null],
    ['Please find attached', 'en'],
    ['Καλημέρα', 'el'],
    ['こんにちは', 'ja'],
    ['안녕하세요', 'ko'],
    ['您好，谢谢', 'zh'],
    ['תודה רבה', 'he'],
    ['ขอบคุณ', 'th'],
    ['Гamma', null],
  ])('of %j is %j, by its script alone', async (text, language) => {
    expect((await detectLanguage(text))?.language ?? null).toBe(language);
  });

  it('of a single line is uncertain', async () => {
    expect((await detectLanguage('Please find the invoice attached'))?.confidence).toBeLessThan(1);
  });

  it('is that of most of the text', async () => {
    const [, , german = ''] = MAILS_IN_LANGUAGES['de'] ?? [];
    const [, , english = ''] = MAILS_IN_LANGUAGES['en'] ?? [];
    const detected = await detectLanguage(`${english}\n\n${german}\n\n${german}`);
    expect(detected?.language).toBe('de');
    expect(detected?.confidence).toBeLessThan(1);
    expect(detected?.confidence).toBeGreaterThan(0.5);
  });

  it.each(['OK', '+49 30 901820', 'https://example.com/path?q=1 info@example.com', '👍👍👍', '\0\ufffd\ud800'])(
    'of %j is unknown',
    async (text) => {
      expect(await detectLanguage(text)).toBeNull();
    },
  );
});

describe('sentiment without courtesies', () => {
  it.each([
    'Dear Ann,\n\nThe parcel is at the door.\n\nBest wishes,\nHappy Smith\nLove & Joy Ltd',
    'Good morning! The parcel is at the door.\nKind regards\nGrace',
    'Hi all, the parcel is at the door.\n\nThanks a lot!\nVictor',
    'Hello\n\nThe parcel is at the door.\n\nHave a wonderful day!',
  ])('is neutral in %j', async (text) => {
    expect((await localSentiment(text))?.label).toBe('neutral');
  });

  it('is that of the mail itself', async () => {
    expect((await localSentiment('Dear Ann,\n\nThis is terrible, I am very angry.\n\nBest wishes,\nJoy'))?.label).toBe(
      'negative',
    );
    expect((await localSentiment('Hi,\nwhat a wonderful and lovely day it was!\nRegards'))?.label).toBe('positive');
    expect(await localSentiment('Hello Ann,\n\nBest regards\nJoy')).toBeNull();
  });

  it('takes no time for a text of greetings only', async () => {
    const text = 'dear '.repeat(50_000) + 'best best '.repeat(20_000);
    expect(await leastCpuMs(() => localSentiment(text))).toBeLessThan(500);
  });
});

describe('sentiment by a word list', () => {
  it.each([
    ['positive', 'Thank you so much, this is wonderful! I love it.'],
    ['negative', 'This is terrible. I am very angry and want my money back.'],
    ['neutral', 'The meeting is at 10 in room 4. Bring the list.'],
  ] as const)('finds a %s text', async (label, text) => {
    const sentiment = await localSentiment(text);
    expect(sentiment).toMatchObject({ label, mixed: 0 });
    const { positive = 0, negative = 0, neutral = 0 } = sentiment ?? {};
    expect(positive + negative + neutral).toBeCloseTo(1);
    if (label !== 'neutral') expect(sentiment?.[label]).toBeGreaterThan(0.2);
  });

  it('is null for a text without words', async () => {
    expect(await localSentiment('info@example.com\n')).toBeNull();
  });
});

describe('the analysed text', () => {
  it('is the new text of a reply, not the quote', async () => {
    const { content: mail } = await readMail(new StreamingMimeReader(), sampleMail('reply').bytes);
    expect(ownText(mail, 1_000)).toBe('Three boxes instead of two, please.');
  });

  it('is the whole text of a reply without new text', () => {
    expect(
      ownText({ text: '> quoted', html: null, reply: { text: '', quoted: '> quoted', signature: null } }, 100),
    ).toBe('> quoted');
  });

  it('comes from the HTML when there is no text', () => {
    const html = `<head><style>${'a{b:c}'.repeat(5_000)}</style></head><p>Hello</p><script>x()</script><p>World</p>`;
    expect(ownText(content(' \n', html), 100)?.split(/\s+/)).toEqual(['Hello', 'World', '']);
    expect(ownText(content(null, '<img src="x">'), 100)).toBeNull();
    expect(ownText(content(null), 100)).toBeNull();
  });

  it('is limited in length', () => {
    expect(ownText(content('x'.repeat(3_000)), 2_000)).toHaveLength(2_000);
    expect(ownText(content(null, '<p>word word</p>'.repeat(3_000)), 2_000)).toHaveLength(2_000);
  });
});

describe('inline steps', () => {
  it('find language and sentiment', async () => {
    const { enrichment, steps } = await inlineSteps(content('Thank you for the quick help, that was great!'), BOTH);
    expect(enrichment).toMatchObject({ language: { language: 'en' }, sentiment: { label: 'positive' } });
    expect(steps).toEqual([
      {
        name: 'language',
        partId: null,
        status: 'ok',
        provider: 'eld',
        ms: expect.any(Number),
        reason: null,
        costUsd: 0,
      },
      expect.objectContaining({ name: 'sentiment', status: 'ok', provider: 'vader-sentiment', reason: null }),
    ]);
  });

  it('record why a German mail has no sentiment', async () => {
    const [, german = ''] = MAILS_IN_LANGUAGES['de'] ?? [];
    const { enrichment, steps } = await inlineSteps(content(german), BOTH);
    expect(Object.keys(enrichment)).toEqual(['language']);
    expect(steps[1]).toMatchObject({ status: 'skipped', reason: 'its word list is English, the text is de' });
  });

  it('that find nothing are ok, without a field', async () => {
    const { enrichment, steps } = await inlineSteps(content('12345'), BOTH);
    expect(enrichment).toEqual({});
    expect(steps.map(({ status }) => status)).toEqual(['ok', 'skipped']);
  });

  it('are skipped for a mail without text', async () => {
    const { enrichment, steps } = await inlineSteps(content(null), BOTH);
    expect(enrichment).toEqual({});
    expect(steps.map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', 'the mail has no text'],
      ['skipped', 'the mail has no text'],
    ]);
  });

  it('leave no trace when they are not asked for', async () => {
    const text = content('Thank you for the quick help, that was great!');
    expect(await inlineSteps(text, { language: false, sentiment: null })).toEqual({ enrichment: {}, steps: [] });
    expect((await inlineSteps(text, { language: true, sentiment: 'comprehend' })).steps).toHaveLength(1);
    const moodOnly = await inlineSteps(text, { language: false, sentiment: 'local' });
    expect(Object.keys(moodOnly.enrichment)).toEqual(['sentiment']);
    expect(moodOnly.steps).toHaveLength(1);
  });

  it('accept any text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc
        .array(fc.constantFrom('but', 'not', '__proto__', 'constructor', 'GOOD', '\ud800', 'never so'), {
          maxLength: 500,
        })
        .map((words) => words.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (plain, html) => {
        for (const each of [content(plain), content(null, html)]) {
          const { steps } = await inlineSteps(each, BOTH);
          expect(steps.map(({ status }) => status)).not.toContain('failed');
        }
        // In any language or none: the word list must cope with any text.
        const sentiment = await localSentiment(plain);
        for (const share of [sentiment?.positive ?? 0, sentiment?.negative ?? 0, sentiment?.neutral ?? 0]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['capitals', 'A'],
    ['words of capitals', `${'A'.repeat(59)}a `],
    ['long words of capitals', `${'A'.repeat(900)}a `],
    ['one-letter words', 'a '],
    ['at signs', '@'],
    ['dots', '.'],
    ['quotes', "'"],
    ['blanks', ' '],
    ['"but"', 'but '],
    ['opening angle brackets', '<'],
    ['different words', Array.from({ length: 2_000 }, (_, n) => (n + 1_000).toString(36)).join(' ')],
  ])('take no longer for a megabyte of %s', async (_, unit) => {
    const steps = async (length: number) => {
      const mail = content(unit.repeat(Math.ceil(length / unit.length)));
      return leastCpuMs(async () => {
        await inlineSteps(mail, BOTH);
        await inlineSteps(content(null, mail.text), BOTH);
        await localSentiment(mail.text ?? '');
      });
    };
    // The steps read only the beginning of a text. The constant covers times too short for a meaningful ratio.
    expect(await steps(1_000_000)).toBeLessThan(50 + 3 * (await steps(150_000)));
  });
});
