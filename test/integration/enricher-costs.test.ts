import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { budgetKey } from '../../core/mail/keys.ts';
import { readJson } from '../../core/outcome/json.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionHarness } from '../support/function-harness.ts';
import { ALL_DONE, eventOf, sqsEvent } from '../support/sqs-event.ts';
import { type Posted, WebhookReceiver } from '../support/webhook-receiver.ts';

const TEXT = 'The pump is broken and water is everywhere. Ada will pay for it.';
const MAIL = `From: ann@example.net\r\nSubject: urgent\r\n\r\n${TEXT}`;

/** Comprehend charges for at least 300 characters. */
const LEAST_USD = 0.0003;

let harness: FunctionHarness;
let comprehend: WebhookReceiver;
let answer: (response: ServerResponse, posted: Posted) => void;
let settings: EnrichmentSettings;
let parser: LambdaFunction;

const ANSWERS: Readonly<Record<string, unknown>> = {
  DetectSentiment: {
    Sentiment: 'NEGATIVE',
    SentimentScore: { Mixed: 0, Negative: 0.9, Neutral: 0.1, Positive: 0 },
  },
  DetectEntities: {
    Entities: [
      {
        Type: 'PERSON',
        Text: 'Ada',
        Score: 0.99,
        BeginOffset: TEXT.indexOf('Ada'),
        EndOffset: TEXT.indexOf('Ada') + 3,
      },
    ],
  },
  DetectPiiEntities: {
    Entities: [{ Type: 'NAME', Score: 0.99, BeginOffset: TEXT.indexOf('Ada'), EndOffset: TEXT.indexOf('Ada') + 3 }],
  },
};

function reply(response: ServerResponse, { headers }: Posted): void {
  const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(ANSWERS[operation]));
}

const throttle = (response: ServerResponse) =>
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"ThrottlingException"}');

beforeAll(async () => {
  harness = await FunctionHarness.start();
  comprehend = await WebhookReceiver.start((posted, response) => answer(response, posted));
  settings = {
    ...NO_ENRICHMENT,
    deadlineSeconds: 600,
    language: true,
    sentiment: 'comprehend',
    entities: true,
    pii: true,
  };
  parser = await harness.parser({ enrichment: settings });
});
beforeEach(async () => {
  answer = reply;
  comprehend.posted.length = 0;
  await harness.s3.store.delete({ bucket: CONTENT, key: budgetKey(new Date()) });
});
afterAll(async () => {
  await comprehend?.stop();
  await harness?.stop();
});

const enricherWith = (dailyBudgetUsd: number) =>
  harness.enricher(
    { enrichment: { ...settings, dailyBudgetUsd }, maxAttempts: 2 },
    {},
    {
      AWS_ENDPOINT_URL_COMPREHEND: comprehend.url,
    },
  );

/** Parses a mail, delivers it to `enricher` `times` times, and returns the published mail. */
async function enriched(enricher: LambdaFunction, times = 1) {
  const { object } = await harness.putMail(MAIL);
  expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
  const [message] = await harness.enrich.receive();
  if (message === undefined) throw new Error('no message reached the enricher');
  await harness.enrich.delete(message.receiptHandle);
  for (let receiveCount = 1; receiveCount <= times; receiveCount++) {
    await enricher.invoke(eventOf([{ ...message, receiveCount }]));
  }
  return (await harness.receiveOne()).mail;
}

/** The amount reserved from today's budget. Assumes that the test does not run across midnight UTC. */
async function setAside(): Promise<unknown> {
  const stored = await harness.s3.store.get({ bucket: CONTENT, key: budgetKey(new Date()) });
  return stored && (await readJson(stored.body));
}

describe('the cost of enrichment', () => {
  it('is in the mail, in the budget of the day and in the metrics', async () => {
    const mail = await enriched(await enricherWith(1));
    const begin = TEXT.indexOf('Ada');
    expect(mail.enrichment).toMatchObject({
      sentiment: { label: 'negative', negative: 0.9 },
      entities: { entities: [{ type: 'PERSON', text: 'Ada', begin, end: begin + 3 }] },
      pii: { entities: [{ type: 'NAME', begin, end: begin + 3 }] },
      cost: { usd: 3 * LEAST_USD },
    });
    expect(
      mail.steps.filter(({ costUsd }) => costUsd > 0).map(({ name, provider, costUsd }) => [name, provider, costUsd]),
    ).toEqual([
      ['sentiment', 'comprehend', LEAST_USD],
      ['entities', 'comprehend', LEAST_USD],
      ['pii', 'comprehend', LEAST_USD],
    ]);
    expect(await setAside()).toMatchObject({ usd: { sentiment: LEAST_USD, entities: LEAST_USD, pii: LEAST_USD } });
    expect(harness.printed.join('\n')).toContain(`"SentimentCostUsd":${LEAST_USD}`);
  });

  it('does not exceed the budget: the mail is published without the rest', async () => {
    const mail = await enriched(await enricherWith(2 * LEAST_USD));
    const steps = mail.steps.filter(({ provider }) => provider === 'comprehend');
    expect(steps.map(({ status }) => status).sort()).toEqual(['ok', 'ok', 'skipped']);
    expect(steps.find(({ status }) => status === 'skipped')).toMatchObject({
      reason: 'over the daily budget',
      costUsd: 0,
    });
    expect(comprehend.posted).toHaveLength(2);
    expect(harness.printed.join('\n')).toContain('"BudgetRefusals":1');
  });

  it('includes each attempt at a service that throttles, and the mail is published', async () => {
    answer = throttle;
    const mail = await enriched(await enricherWith(1), 2);
    const steps = mail.steps.filter(({ provider }) => provider === 'comprehend');
    expect(steps.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    // The cost of the last attempt. Whether the service charges for a request it did not answer is unknown here.
    expect(steps.map(({ costUsd }) => costUsd)).toEqual([LEAST_USD, LEAST_USD, LEAST_USD]);
    expect(steps[0]?.reason).toContain('comprehend DetectSentiment failed');
    expect(mail.enrichment).toMatchObject({ language: { language: 'en' } });
    expect(await setAside()).toMatchObject({
      usd: { sentiment: 2 * LEAST_USD, entities: 2 * LEAST_USD, pii: 2 * LEAST_USD },
    });
  });
});
