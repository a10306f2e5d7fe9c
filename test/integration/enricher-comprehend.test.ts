import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comprehend, createComprehendClient } from '../../core/aws/comprehend.ts';
import type { TaskOutcome } from '../../core/enrich/task.ts';
import { ComprehendStep, priceOf } from '../../lambda/enricher/comprehend/comprehend-step.ts';
import { excerptOf } from '../../lambda/enricher/comprehend/excerpt.ts';
import { entitiesBy, piiBy, sentimentBy } from '../../lambda/enricher/comprehend/operations.ts';
import type { Work } from '../../lambda/enricher/runner.ts';
import { MAILS_IN_LANGUAGES } from '../support/mails-in-languages.ts';
import { parsedMail } from '../support/parsed-mail.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

/** A stub of Comprehend that responds in the form of its API reference. */
let stub: WebhookReceiver;
let answer: (response: ServerResponse) => void;
beforeAll(async () => {
  stub = await WebhookReceiver.start((_, response) => answer(response));
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.posted.length = 0;
});

const json = (value: unknown, status = 200) => {
  answer = (response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
};
const SENTIMENT = {
  Sentiment: 'NEGATIVE',
  SentimentScore: { Mixed: 0.01, Negative: 0.9, Neutral: 0.08, Positive: 0.01 },
};
const asked = () =>
  stub.posted.map(({ headers, body }) => ({ target: headers['x-amz-target'], ...JSON.parse(String(body)) }));

function service(maxAttempts = 1) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return comprehend(createComprehendClient({ endpoint: stub.url, region: 'eu-west-1', credentials, maxAttempts }));
}

const GERMAN = MAILS_IN_LANGUAGES['de']?.[1] ?? '';
const ENGLISH = MAILS_IN_LANGUAGES['en']?.[1] ?? '';

const inLanguage = (language: string | null, text: string | null, more: Partial<Work['mail']> = {}) =>
  parsedMail({
    text,
    html: null,
    reply: null,
    enrichment: language === null ? {} : { language: { language, confidence: 1 } },
    ...more,
  });

const work = (mail: Work['mail'], overrides: Partial<Work> = {}): Work => ({
  task: { step: 'sentiment', provider: 'comprehend', partId: null, skip: null },
  mail,
  attachment: null,
  signal: new AbortController().signal,
  spend: async () => true,
  ...overrides,
});

describe('sentiment', () => {
  const step = (maxAttempts = 1) => new ComprehendStep(sentimentBy(service(maxAttempts)));

  it('is that of the new text of a reply', async () => {
    json(SENTIMENT);
    const spent: number[] = [];
    const spend = async (usd: number) => spent.push(usd) > 0;
    const reply = { text: ENGLISH, quoted: '> I am happy', signature: null };
    const mail = inLanguage('en', `${ENGLISH}\n> I am happy`, { reply });
    expect(await step().run(work(mail, { spend }))).toEqual({
      status: 'ok',
      result: { label: 'negative', positive: 0.01, negative: 0.9, neutral: 0.08, mixed: 0.01 },
      costUsd: 0.0003,
    });
    expect(asked()).toEqual([{ target: 'Comprehend_20171127.DetectSentiment', Text: ENGLISH, LanguageCode: 'en' }]);
    expect(spent).toEqual([0.0003]);
  });

  it('is found in the first 5,000 bytes, in whole characters', async () => {
    json(SENTIMENT);
    const text = `${'ä'.repeat(2_499)}x${'ä'.repeat(10)}`;
    expect(await step().run(work(inLanguage('de', text)))).toMatchObject({ status: 'ok', costUsd: 0.0025 });
    expect(asked()[0]?.Text).toBe(`${'ä'.repeat(2_499)}x`);
  });

  it('is found in the HTML when there is no text', async () => {
    json(SENTIMENT);
    await step().run(work(inLanguage('en', null, { html: `<p>${ENGLISH}</p>` })));
    expect(asked()[0]?.Text.trim()).toBe(ENGLISH);
  });

  it('detects the language itself when nobody else did', async () => {
    json(SENTIMENT);
    await step().run(work(inLanguage(null, GERMAN)));
    expect(asked()[0]?.LanguageCode).toBe('de');
  });

  it.each([
    [
      'a language that Comprehend does not read',
      inLanguage('pl', 'Dziękuję'),
      {},
      /^Comprehend supports ar, de, .*, the text is pl$/,
    ],
    ['a text in no language', inLanguage(null, '12345'), {}, /^the language of the text is unknown$/],
    ['a mail without text', inLanguage('en', ' \n'), {}, /^the mail has no text$/],
    ['a used-up budget', inLanguage('en', ENGLISH), { spend: async () => false }, /^over the daily budget$/],
  ])('is skipped for %s, without a request', async (_, mail, overrides, reason) => {
    const outcome: TaskOutcome = await step().run(work(mail, overrides));
    expect(outcome).toEqual({ status: 'skipped', reason: expect.stringMatching(reason), costUsd: 0 });
    expect(stub.posted).toEqual([]);
  });

  it.each([
    [
      'throttles',
      () => json({ __type: 'ThrottlingException', message: 'Rate exceeded' }, 400),
      'ThrottlingException',
      'transient',
    ],
    [
      'has too many requests',
      () => json({ __type: 'TooManyRequestsException' }, 400),
      'TooManyRequestsException',
      'transient',
    ],
    [
      'fails',
      () => json({ __type: 'InternalServerException', Message: 'x' }, 500),
      'InternalServerException',
      'transient',
    ],
    [
      'hangs up',
      () => {
        answer = (response) => response.destroy();
      },
      /.+/,
      'transient',
    ],
    [
      'answers no JSON',
      () => {
        answer = (response) => response.writeHead(200).end('<html>');
      },
      /.+/,
      'transient',
    ],
    ['answers something else', () => json({ Sentiment: 'ANGRY' }), 'answer_invalid', 'transient'],
    [
      'answers with a share of 7',
      () => json({ ...SENTIMENT, SentimentScore: { ...SENTIMENT.SentimentScore, Mixed: 7 } }),
      'answer_invalid',
      'transient',
    ],
    [
      'refuses the language',
      () => json({ __type: 'UnsupportedLanguageException', Message: 'x' }, 400),
      'UnsupportedLanguageException',
      'permanent',
    ],
    [
      'refuses the role',
      () => json({ __type: 'AccessDeniedException', Message: 'x' }, 400),
      'AccessDeniedException',
      'transient',
    ],
  ])('records an error when the service %s', async (_, set, name, kind) => {
    set();
    const error = await step()
      .run(work(inLanguage('en', ENGLISH)))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind,
      code: expect.stringMatching(new RegExp(`^comprehend.${typeof name === 'string' ? name : '.+'}$`)),
    });
  });

  it('retries a throttled request itself, and pays once', async () => {
    json({ __type: 'ThrottlingException', message: 'Rate exceeded' }, 400);
    const throttled = answer;
    json(SENTIMENT);
    const answered = answer;
    answer = (response) => (stub.posted.length === 1 ? throttled : answered)(response);
    const spent: number[] = [];
    const spend = async (usd: number) => spent.push(usd) > 0;
    expect(await step(3).run(work(inLanguage('en', ENGLISH), { spend }))).toMatchObject({ status: 'ok' });
    expect(stub.posted).toHaveLength(2);
    expect(spent).toEqual([0.0003]);
  });

  it('ends with the deadline of the mail when the service hangs', async () => {
    const deadline = new AbortController();
    answer = () => deadline.abort(new Error('deadline'));
    const running = step(3).run(work(inLanguage('en', ENGLISH), { signal: deadline.signal }));
    await expect(running).rejects.toMatchObject({ kind: 'transient' });
    expect(stub.posted).toHaveLength(1);
  });
});

describe('entities', () => {
  it('have UTF-16 offsets, while the service counts code points', async () => {
    const text = '🎉🎉 Zoë Müller wohnt in Köln 🏠 und zahlt 20 €.';
    const points = [...text];
    const entity = (Text: string, Type: string) => {
      const BeginOffset = [...text.slice(0, text.indexOf(Text))].length;
      return { Text, Type, Score: 0.99, BeginOffset, EndOffset: BeginOffset + [...Text].length };
    };
    const found = [entity('Zoë Müller', 'PERSON'), entity('Köln', 'LOCATION'), entity('20 €.', 'QUANTITY')];
    expect(points.slice(found[1]?.BeginOffset, found[1]?.EndOffset).join('')).toBe('Köln');
    json({ Entities: found });
    const outcome = await new ComprehendStep(entitiesBy(service())).run(work(inLanguage('de', text)));
    if (outcome.status !== 'ok') throw new Error(outcome.reason);
    expect(outcome.result.entities.map(({ type, begin, end }) => [type, text.slice(begin, end)])).toEqual([
      ['PERSON', 'Zoë Müller'],
      ['LOCATION', 'Köln'],
      ['QUANTITY', '20 €.'],
    ]);
    expect(outcome.result.entities[0]).toMatchObject({ text: 'Zoë Müller', score: 0.99 });
    expect(outcome.costUsd).toBe(0.0003);
  });

  it('outside the text make the answer invalid', async () => {
    json({ Entities: [{ Text: 'x', Type: 'PERSON', Score: 1, BeginOffset: 5, EndOffset: 5_000 }] });
    const running = new ComprehendStep(entitiesBy(service())).run(work(inLanguage('en', ENGLISH)));
    await expect(running).rejects.toMatchObject({ code: 'comprehend.answer_invalid' });
  });

  it('are found in the first 20,000 bytes', async () => {
    json({ Entities: [] });
    const outcome = await new ComprehendStep(entitiesBy(service())).run(work(inLanguage('en', 'a'.repeat(30_000))));
    expect(outcome).toEqual({ status: 'ok', result: { entities: [] }, costUsd: 0.02 });
    expect(asked()[0]).toMatchObject({ target: 'Comprehend_20171127.DetectEntities', Text: 'a'.repeat(20_000) });
  });
});

describe('personal data', () => {
  it('is recorded by position, not by content', async () => {
    const text = `${ENGLISH} My card is 4111 1111 1111 1111.`;
    const begin = text.indexOf('4111');
    json({ Entities: [{ Score: 0.98, Type: 'CREDIT_DEBIT_NUMBER', BeginOffset: begin, EndOffset: begin + 19 }] });
    const outcome = await new ComprehendStep(piiBy(service())).run(work(inLanguage('en', text)));
    expect(outcome).toMatchObject({
      status: 'ok',
      result: { entities: [{ type: 'CREDIT_DEBIT_NUMBER', score: 0.98, begin, end: begin + 19 }] },
    });
    expect(JSON.stringify(outcome)).not.toContain('4111');
  });

  it('is found in English and Spanish only', async () => {
    const outcome = await new ComprehendStep(piiBy(service())).run(work(inLanguage('de', GERMAN)));
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'Comprehend supports en, es, the text is de' });
  });
});

describe('an excerpt', () => {
  it('fits, is valid, and keeps the offsets of the whole text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.nat(120),
        (a, b, limit) => {
          const whole = a + b.slice(1);
          const { text, characters, utf16Offset } = excerptOf(whole, limit);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
          expect(Buffer.from(text).toString()).toBe(text);
          expect(Buffer.from(whole).toString().startsWith(text)).toBe(true);
          const points = [...text];
          expect(characters).toBe(points.length);
          for (let at = 0; at < points.length; at++) {
            const [begin, end] = [utf16Offset(at) ?? -1, utf16Offset(at + 1) ?? -1];
            expect(Buffer.from(whole.slice(begin, end)).toString()).toBe(points[at]);
          }
          expect(utf16Offset(points.length + 1)).toBeNull();
        },
      ),
    );
  });

  it('costs per hundred characters, with a minimum of three hundred', () => {
    expect([0, 1, 300, 301, 5_000].map((characters) => priceOf({ characters }))).toEqual([
      0.0003, 0.0003, 0.0003, 0.0004, 0.005,
    ]);
  });
});
