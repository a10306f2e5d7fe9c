import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CpuBudgets } from '../../core/document/cpu-budget.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { ocrConformance } from '../conformance/ocr.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { pdfWith, SCAN_JPEG, tiff, webpHeader } from '../support/ocr/documents.ts';
import { analysis, expenseDocument, INVOICE_LINES, job, page, scannedInvoice } from '../support/ocr/expense-answer.ts';
import { CHANNEL, textract } from '../support/ocr/textract-runner.ts';
import { type TextractAnswer, TextractStub } from '../support/ocr/textract-stub.ts';
import { runToEnd, stored, workOn } from '../support/ocr/work.ts';
import { parsedMail } from '../support/parsed-mail.ts';

/** Returns both pages of the scanned invoice, in two parts, on the second request. */
function twoPageJob(): (operation: string, body: Record<string, unknown>) => TextractAnswer {
  let asked = 0;
  return (operation, body) => {
    if (operation === 'StartExpenseAnalysis') return { json: { JobId: 'job-1' } };
    asked += 1;
    if (asked === 1) return { json: job('IN_PROGRESS') };
    if (body['NextToken'] === undefined) {
      return { json: job('SUCCEEDED', [scannedInvoice()], { NextToken: 'next' }) };
    }
    return { json: job('SUCCEEDED', [expenseDocument({ blocks: page(2, INVOICE_LINES) }, 2)]) };
  };
}

ocrConformance('Textract', async () => {
  const stub = await TextractStub.start();
  const answer = twoPageJob();
  stub.answer = ({ operation, body }) =>
    operation === 'AnalyzeExpense' ? { json: analysis([scannedInvoice()]) } : answer(operation, body);
  const store = new MemoryStore();
  return {
    runner: textract(stub, store),
    store,
    recognised: () => stub.requests.length,
    usdPerPage: 0.01,
    close: () => stub.stop(),
  };
});

describe('Textract', () => {
  let stub: TextractStub;
  let store: MemoryStore;
  beforeAll(async () => {
    stub = await TextractStub.start();
  });
  afterAll(() => stub.stop());
  beforeEach(() => {
    stub.requests.length = 0;
    store = new MemoryStore();
  });
  const twoPages = () => pdfWith([{ picture: 'whole' }, { picture: 'half' }]);

  it('is asked for one page at once, by its place in the bucket', async () => {
    stub.answer = () => ({ json: analysis([scannedInvoice()]) });
    const work = workOn(await stored(store, SCAN_JPEG));
    await runToEnd(textract(stub, store), work);
    expect(stub.requests).toEqual([
      {
        operation: 'AnalyzeExpense',
        body: { Document: { S3Object: { Bucket: 'mail-content', Name: 'attachments/x/2' } } },
      },
    ]);
    expect(work.spent).toEqual([0.01]);
  });

  it('is not called or paid for an electronic invoice', async () => {
    const pdf = readFileSync('test/fixtures/invoices/avoir-minimum.pdf');
    const work = workOn(await stored(store, pdf));
    expect(await runToEnd(textract(stub, store), work)).toMatchObject({
      status: 'ok',
      costUsd: 0,
      result: { source: 'xml', pageCount: 1, invoice: { method: 'xml', total: { value: 233.47 } } },
    });
    expect(stub.requests).toEqual([]);
    expect(work.spent).toEqual([]);
  });

  it('is called with a job for several pages, and announces its end', async () => {
    stub.answer = () => ({ json: { JobId: 'job-1' } });
    const attachment = await stored(store, await twoPages());
    const work = workOn(attachment, { mail: parsedMail({ revision: 3 }) });
    const outcome = await textract(stub, store).run(work);
    expect(outcome).toEqual({ status: 'pending', handle: 'job-1', pollSeconds: null });
    expect(work.spent).toEqual([0.02]);
    expect(stub.requests).toEqual([
      {
        operation: 'StartExpenseAnalysis',
        body: {
          DocumentLocation: { S3Object: { Bucket: 'mail-content', Name: 'attachments/x/2' } },
          ClientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/),
          JobTag: '01KAK3M2Z0000000000000000A.3.2',
          NotificationChannel: { SNSTopicArn: CHANNEL.topicArn, RoleArn: CHANNEL.roleArn },
        },
      },
    ]);
  });

  it('recognises a repeated request, and distinguishes another revision or part', async () => {
    stub.answer = () => ({ json: { JobId: 'job-1' } });
    const bytes = await twoPages();
    const runner = textract(stub, store);
    for (const [revision, partId] of [
      [1, '2'],
      [1, '2'],
      [2, '2'],
      [1, '3'],
    ] as const) {
      await runner.run(workOn(await stored(store, bytes, { partId }), { mail: parsedMail({ revision }) }));
    }
    const [first, again, revised, part] = stub.requests.map(({ body }) => body['ClientRequestToken']);
    expect(again).toBe(first);
    expect(new Set([first, revised, part]).size).toBe(3);
  });

  it('is polled when the part is nested too deeply for a job tag', async () => {
    stub.answer = ({ operation }) => ({
      json: operation === 'StartExpenseAnalysis' ? { JobId: 'j' } : job('IN_PROGRESS'),
    });
    const work = workOn(await stored(store, await twoPages(), { partId: `${'1.'.repeat(30)}1` }));
    const runner = textract(stub, store);
    expect(await runner.run(work)).toEqual({ status: 'pending', handle: 'j', pollSeconds: 15 });
    expect(stub.requests[0]?.body).not.toHaveProperty('JobTag');
    expect(await runner.resume(work, 'j')).toEqual({ status: 'pending', handle: 'j', pollSeconds: 15 });
  });

  it('reports a truncated image, and caches nothing of it', async () => {
    stub.answer = () => ({ json: analysis([scannedInvoice()]) });
    const half = await stored(store, SCAN_JPEG.subarray(0, SCAN_JPEG.length / 2));
    expect(await textract(stub, store).run(workOn(half))).toMatchObject({
      status: 'ok',
      reason: 'the image is truncated: its end is missing',
    });
    expect([...store.objects.keys()].filter((key) => key.includes('/cache/'))).toEqual([]);
  });

  it('opens no more documents of a mail whose documents took too much CPU time', async () => {
    const budgets = new CpuBudgets(1);
    const work = workOn(await stored(store, SCAN_JPEG));
    budgets.of(work.mail).spend(1);
    expect(await textract(stub, store, 1, budgets).run(work)).toEqual({
      status: 'skipped',
      reason: 'the documents of this mail took more than 0.001 s of CPU time',
      costUsd: 0,
    });
    const other = workOn(await stored(store, SCAN_JPEG), { mail: parsedMail({ revision: 7 }) });
    expect(budgets.of(other.mail).isSpent).toBe(false);
  });

  it('takes a TIFF of several pages as a job, and no WebP', async () => {
    stub.answer = () => ({ json: { JobId: 'job-1' } });
    const fax = await stored(
      store,
      tiff([
        { width: 1728, height: 2200 },
        { width: 1728, height: 2200 },
      ]),
    );
    expect(await textract(stub, store).run(workOn(fax))).toMatchObject({ status: 'pending' });
    const webp = await stored(store, webpHeader(100, 100));
    expect(await textract(stub, store).run(workOn(webp))).toMatchObject({
      status: 'skipped',
      reason: 'Textract does not read WebP images',
    });
    const photo = await stored(store, Buffer.concat([SCAN_JPEG, Buffer.alloc(10 * 1024 * 1024)]));
    expect(await textract(stub, store).run(workOn(photo))).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('10485760 bytes'),
    });
    expect(stub.operations()).toEqual(['StartExpenseAnalysis']);
  });

  it('is not called when the daily budget is used up', async () => {
    const work = workOn(await stored(store, await twoPages()), { budgetUsd: 0.015 });
    expect(await textract(stub, store).run(work)).toEqual({
      status: 'skipped',
      reason: 'over the daily budget',
      costUsd: 0,
    });
    expect(stub.requests).toEqual([]);
  });

  it.each<[string, TextractAnswer, string]>([
    ['throttles', { error: 'ThrottlingException' }, 'textract.ThrottlingException'],
    [
      'is at a quota',
      { error: 'ProvisionedThroughputExceededException' },
      'textract.ProvisionedThroughputExceededException',
    ],
    ['has too many jobs', { error: 'LimitExceededException' }, 'textract.LimitExceededException'],
    ['fails', { error: 'InternalServerError', status: 500 }, 'textract.InternalServerError'],
    ['is not there', { bytes: '<html>', status: 503 }, expect.stringMatching(/^textract\./)],
    ['cuts the connection', 'cut', expect.stringMatching(/^textract\./)],
    ['answers half of its JSON', { bytes: '{"DocumentMetadata": {"Pages"' }, expect.stringMatching(/^textract\./)],
    ['answers nothing', { json: {} }, 'textract.IncompleteAnswer'],
    [
      'answers another form',
      { json: { DocumentMetadata: { Pages: 'one' }, ExpenseDocuments: {} } },
      'textract.IncompleteAnswer',
    ],
  ])('is called again later when it %s', async (_, answer, code) => {
    stub.answer = () => answer;
    const runner = textract(stub, store);
    for (const bytes of [SCAN_JPEG, await twoPages()]) {
      const failed = runner.run(workOn(await stored(store, bytes)));
      await expect(failed).rejects.toBeInstanceOf(TransientError);
      await expect(failed).rejects.toMatchObject({ code });
    }
    await expect(runner.resume(workOn(await stored(store, SCAN_JPEG)), 'job-1')).rejects.toMatchObject({
      kind: 'transient',
      code,
    });
  });

  it('recovers from brief throttling', async () => {
    stub.answer = () =>
      stub.requests.length < 3 ? { error: 'ThrottlingException' } : { json: analysis([scannedInvoice()]) };
    const work = workOn(await stored(store, SCAN_JPEG));
    expect(await runToEnd(textract(stub, store, 3), work)).toMatchObject({ status: 'ok', costUsd: 0.01 });
    expect(work.spent).toEqual([0.01]);
  });

  it.each([
    ['InvalidParameterException', 'permanent'],
    ['AccessDeniedException', 'transient'],
    ['InvalidS3ObjectException', 'transient'],
    ['KMSKeyNotAccessibleException', 'transient'],
  ])('calls %s %s', async (error, kind) => {
    stub.answer = () => ({ error });
    const refused = textract(stub, store).run(workOn(await stored(store, SCAN_JPEG)));
    await expect(refused).rejects.toMatchObject({ kind, code: `textract.${error}` });
  });

  it.each(['BadDocumentException', 'UnsupportedDocumentException', 'DocumentTooLargeException'])(
    'is trusted when it reports %s',
    async (error) => {
      stub.answer = () => ({ error });
      const outcome = await textract(stub, store).run(workOn(await stored(store, SCAN_JPEG)));
      expect(outcome).toEqual({ status: 'failed', reason: `Textract cannot read it: ${error}`, costUsd: 0.01 });
    },
  );

  it('is not awaited when it hangs, and the mail is sent', async () => {
    const stop = new AbortController();
    stub.answer = () => {
      stop.abort(new TransientError('test.deadline', 'the deadline'));
      return 'hang';
    };
    const hanging = textract(stub, store).run(workOn(await stored(store, SCAN_JPEG), { signal: stop.signal }));
    await expect(hanging).rejects.toMatchObject({ kind: 'transient' });
  });
});
