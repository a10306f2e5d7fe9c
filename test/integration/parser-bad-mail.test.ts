import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { NO_ENRICHMENT } from '../../core/settings/enrichment.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { FunctionHarness } from '../support/function-harness.ts';
import { HANG_HERE, HANGING_DEADLINE_MS, HANGING_READER } from '../support/hanging-reader.ts';
import { ALL_DONE, sqsEvent } from '../support/sqs-event.ts';

let harness: FunctionHarness;
let parser: LambdaFunction;
beforeAll(async () => {
  harness = await FunctionHarness.start();
  parser = await harness.parser();
});
afterAll(() => harness.stop());

const GOOD = 'From: a@example.net\r\nSubject: good\r\n\r\ngood\r\n';

function nested(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  );
  return `From: a@example.net\r\nSubject: nested\r\n${open.join('')}Content-Type: text/plain\r\n\r\ninnermost\r\n`;
}

const BAD_MAILS: Record<string, string> = {
  empty: '',
  'one byte': 'x',
  'a header of 1 MB': `Subject: ${'x'.repeat(1024 * 1024)}\r\n\r\nbody\r\n`,
  'a truncated multipart':
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nhalf',
  '1,000 nested parts': nested(1_000),
};

describe('bad mail', () => {
  it.each(Object.entries(BAD_MAILS))(
    'with %s gives a document with defects and does not block its neighbours',
    async (_name, bytes) => {
      const bad = await harness.putMail(bytes);
      const good = await harness.putMail(GOOD);
      const outcome = await parser.invoke(sqsEvent(bad.object, good.object));
      expect(outcome).toEqual(ALL_DONE);
      const received = await harness.receive(2);
      const of = (id: string) => received.find(({ mail }) => mail.id === id)?.mail;
      expect(of(good.id)).toMatchObject({ subject: 'good', defects: [] });
      expect(of(bad.id)?.defects).not.toEqual([]);
    },
  );

  it.each([2_500, 100_000])('with %i nested divs keeps its HTML, and gets no text of it', async (depth) => {
    const enriching = await harness.parser({ enrichment: { ...NO_ENRICHMENT, language: true, sentiment: 'local' } });
    const html = `${'<div>'.repeat(depth)}We would like to order twelve boxes.${'</div>'.repeat(depth)}`;
    const fields = [
      'From: a@example.net',
      'Subject: Re: boxes',
      'In-Reply-To: <1@example.com>',
      'Content-Type: text/html',
    ];
    const { id, object } = await harness.putMail([...fields, '', html].join('\r\n'));
    expect(await enriching.invoke(sqsEvent(object))).toEqual(ALL_DONE);
    await harness.receiveOne();
    const { text, html: kept, defects, steps } = await harness.document(id);
    expect({ text, kept: kept?.trim(), defects }).toEqual({ text: null, kept: html, defects: [] });
    expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'authentication ok',
      ...(depth === 2_500 ? ['language ok', 'sentiment ok'] : ['language skipped', 'sentiment skipped']),
    ]);
  });
});

describe('a mail that makes the reader hang', () => {
  it('keeps its headers when it exceeds the deadline, and its neighbours do not wait for it', async () => {
    const hung = await FunctionHarness.start({ bundle: HANGING_READER });
    onTestFinished(() => hung.stop());
    const parser = await hung.parser({ parseDeadlineMs: HANGING_DEADLINE_MS });
    const bad = await hung.putMail(`From: Eve <eve@example.net>\r\nSubject: slow\r\n\r\n${HANG_HERE}\r\n`);
    const neighbours = await Promise.all([1, 2, 3].map(() => hung.putMail(GOOD)));
    const invocation = parser.invoke(sqsEvent(bad.object, ...neighbours.map(({ object }) => object)));
    const first = await hung.receive(3);
    expect(first.map(({ mail }) => mail)).toMatchObject(
      Array(3).fill({ subject: 'good', text: 'good\n', defects: [] }),
    );
    expect(await invocation).toEqual(ALL_DONE);
    const { mail } = await hung.receiveOne();
    expect(mail).toMatchObject({
      id: bad.id,
      subject: 'slow',
      from: [{ name: 'Eve', address: 'eve@example.net' }],
      text: null,
      defects: [{ code: 'parse.deadline' }],
    });
    const good = await hung.putMail(GOOD);
    await parser.invoke(sqsEvent(good.object));
    expect((await hung.receiveOne()).mail.subject).toBe('good');
  });
});
