import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrichMessage } from '../../core/enrich/messages.ts';
import { draftKey } from '../../core/mail/keys.ts';
import { encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { type EnrichmentSettings, NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { CONTENT, FunctionHarness } from '../support/function-harness.ts';
import { eventOf, sqsEvent } from '../support/sqs-event.ts';

const MAIL = ['From: ann@example.net', 'Subject: urgent', '', 'The pump is broken and water is everywhere.'].join(
  '\r\n',
);
const answered = (...failures: string[]) => ({
  status: 'ok',
  payload: JSON.stringify({ batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) }),
});
const ALL_DONE = answered();

/** Responses of the model, in order; the last one repeats. */
type Answer = { status: number; body: string } | 'hang';

let harness: FunctionHarness;
let server: Server;
let directory: string;
let enrichment: EnrichmentSettings;
let parser: LambdaFunction;
let enricher: LambdaFunction;
let answers: Answer[];
let asked: unknown[];

const ok = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });

beforeAll(async () => {
  harness = await FunctionHarness.start();
  directory = await mkdtemp(join(tmpdir(), 'enricher-'));
  await writeFile(join(directory, 'key'), 'the key of this test');
  server = createServer(async (request, response) => {
    asked.push(await json(request));
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 'hang' || answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  enrichment = {
    ...NO_ENRICHMENT,
    deadlineSeconds: 600,
    dailyBudgetUsd: 1,
    language: true,
    model: {
      url: `http://127.0.0.1:${port}/model`,
      key: { kind: 'file', file: join(directory, 'key') },
      deadlineMs: 5_000,
      costUsd: 0.002,
    },
  };
  parser = await harness.parser({ enrichment });
  enricher = await harness.enricher({ enrichment, maxAttempts: 2 });
});

beforeEach(() => {
  answers = [ok({ urgency: 'high' })];
  asked = [];
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await harness.stop();
  await rm(directory, { recursive: true });
});

/** Parses a mail and takes the message that the parser sends to the enricher. */
async function parse() {
  const { id, object } = await harness.putMail(MAIL);
  expect(await parser.invoke(sqsEvent(object))).toEqual(ALL_DONE);
  const [message, ...more] = await harness.enrich.receive();
  expect(more).toEqual([]);
  // The test decides what is redelivered, and when.
  if (message === undefined) throw new Error('no message reached the enricher');
  await harness.enrich.delete(message.receiptHandle);
  expect(message.body).toBe(enrichMessage('enrich', { id, revision: 1 }));
  return { id, message };
}

const deadlineOf = (id: string, messageId = 'deadline') =>
  eventOf([
    {
      messageId,
      receiptHandle: 'handle',
      body: enrichMessage('deadline', { id, revision: 1 }),
      attributes: {},
      receiveCount: 1,
    },
  ]);

const isWaiting = async (id: string) =>
  (await harness.s3.store.head({ bucket: CONTENT, key: draftKey(id, 1) })) !== null;

describe('the enricher', () => {
  it('prints no warning about an ordinary mail', async () => {
    const before = harness.printed.length;
    const { id, message } = await parse();
    expect(await enricher.invoke(eventOf([message]))).toEqual(ALL_DONE);
    await harness.receiveOne();
    const printed = () => harness.printed.slice(before).map((line) => JSON.parse(line));
    await expect
      .poll(printed)
      .toContainEqual(expect.objectContaining({ message: 'enriching', type: 'enrich', mailId: id, finished: 'sent' }));
    expect(printed().filter(({ level }) => /warn|error/i.test(level))).toEqual([]);
  });

  it('runs the asynchronous steps and publishes the mail once, whatever is delivered twice', async () => {
    const { id, message } = await parse();
    expect(await isWaiting(id)).toBe(true);
    expect(await harness.parsedMail.depth()).toMatchObject({ visible: 0 });
    expect(await enricher.invoke(eventOf([message]))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail).toMatchObject({
      id,
      enrichment: { language: { language: 'en' }, model: { urgency: 'high' }, cost: { usd: 0.002 } },
    });
    expect(mail.steps.map(({ name, status }) => [name, status])).toEqual([
      ['authentication', 'ok'],
      ['language', 'ok'],
      ['model', 'ok'],
    ]);
    expect(await harness.document(id)).toEqual(mail);
    expect(asked).toMatchObject([{ id, subject: 'urgent', text: expect.stringContaining('The pump'), language: 'en' }]);
    expect(await isWaiting(id)).toBe(false);
    expect(await enricher.invoke(eventOf([message]))).toEqual(ALL_DONE);
    expect(await enricher.invoke(deadlineOf(id))).toEqual(ALL_DONE);
    expect(asked).toHaveLength(1);
    expect(await harness.parsedMail.depth()).toMatchObject({ visible: 0 });
  });

  it('retries a service, and records the reason in the end', async () => {
    answers = [{ status: 503, body: '' }];
    const { id, message } = await parse();
    expect(await enricher.invoke(eventOf([message]))).toEqual(answered(message.messageId));
    expect(await isWaiting(id)).toBe(true);
    expect(await enricher.invoke(eventOf([{ ...message, receiveCount: 2 }]))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.steps.at(-1)).toMatchObject({ name: 'model', status: 'failed', reason: 'the service answered 503' });
    expect(mail.enrichment.model).toBeUndefined();
  });

  it.each<[string, Answer, RegExp]>([
    ['an answer that is no JSON', { status: 200, body: '<html>' }, /JSON/],
    ['an answer of another form', ok(['high']), /JSON object/],
    ['a refusal', { status: 403, body: '' }, /403/],
  ])('records %s in the ledger, and the mail is published', async (_what, answer, reason) => {
    answers = [answer];
    const { message } = await parse();
    expect(await enricher.invoke(eventOf([message]))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.steps.at(-1)).toMatchObject({ name: 'model', status: 'failed', reason: expect.stringMatching(reason) });
  });

  it('publishes the results so far at the deadline, and drops later answers', async () => {
    answers = ['hang', ok({ urgency: 'too late' })];
    const { id, message } = await parse();
    expect(await enricher.invoke(eventOf([message]))).toEqual(answered(message.messageId));
    expect(await enricher.invoke(deadlineOf(id))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail.steps.at(-1)).toMatchObject({ name: 'model', status: 'timed-out' });
    expect(await enricher.invoke(eventOf([{ ...message, receiveCount: 2 }]))).toEqual(ALL_DONE);
    expect(asked).toHaveLength(1);
    expect(await harness.parsedMail.depth()).toMatchObject({ visible: 0 });
  });

  it('parses a mail again without restarting its enrichment', async () => {
    const { id, object } = await harness.putMail(MAIL);
    await parser.invoke(sqsEvent(object));
    await parser.invoke(sqsEvent(object));
    const messages = await harness.enrich.receive();
    expect(messages.map(({ body }) => body)).toEqual(Array(2).fill(enrichMessage('enrich', { id, revision: 1 })));
    for (const message of messages) expect(await enricher.invoke(eventOf([message]))).toEqual(ALL_DONE);
    expect(asked).toHaveLength(1);
    await harness.receiveOne();
    expect(await harness.parsedMail.depth()).toMatchObject({ visible: 0 });
  });

  it('lets the dead-letter function publish a mail whose enrichment failed', async () => {
    const deadLetter = await harness.deadLetter();
    const { id, message } = await parse();
    const letter = encodeDeadLetter(message.body, { reason: 'x.away', lastError: null, receiveCount: 5 });
    expect(await deadLetter.invoke(eventOf([{ ...message, ...letter }]))).toEqual(ALL_DONE);
    const { mail } = await harness.receiveOne();
    expect(mail).toMatchObject({ id });
    expect(mail.steps.at(-1)).toMatchObject({ name: 'model', status: 'failed', reason: 'failed after 5 attempts' });
    expect(await isWaiting(id)).toBe(false);
  });

  it('does not treat a foreign message as a mail', async () => {
    const [message] = eventOf([
      {
        messageId: 'm',
        receiptHandle: 'h',
        body: '{"type":"enrich","id":"../../x","revision":1}',
        attributes: {},
        receiveCount: 1,
      },
    ]).Records;
    expect(await enricher.invoke({ Records: [message] })).toEqual(ALL_DONE);
    expect(harness.printed.join('\n')).toContain('not a message of the enricher');
  });
});
