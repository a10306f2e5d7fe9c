import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../support/memory-aws.ts';
import { pdfWith } from '../support/ocr/documents.ts';
import { expenseDocument, INVOICE_LINES, job, page, scannedInvoice } from '../support/ocr/expense-answer.ts';
import { textract } from '../support/ocr/textract-runner.ts';
import { type TextractAnswer, TextractStub } from '../support/ocr/textract-stub.ts';
import { stored, workOn } from '../support/ocr/work.ts';

describe('a job of Textract', () => {
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

  const resume = async (handle = 'job-1') =>
    textract(stub, store).resume(
      workOn(await stored(store, await pdfWith([{ picture: 'whole' }, { picture: 'half' }]))),
      handle,
    );

  it('continues when polled early', async () => {
    stub.answer = () => ({ json: job('IN_PROGRESS') });
    expect(await resume()).toEqual({ status: 'pending', handle: 'job-1', pollSeconds: null });
  });

  it('gives the same result to a late and to a second completion', async () => {
    stub.answer = ({ body }) => twoParts(body);
    const first = await resume();
    expect(first).toMatchObject({
      status: 'ok',
      costUsd: 0.02,
      result: { pageCount: 2, pages: [{ page: 1 }, { page: 2 }] },
    });
    expect(await resume()).toEqual(first);
    expect(stub.requests.map(({ body }) => body['NextToken'])).toEqual([undefined, 'next', undefined, 'next']);
  });

  it('reports the reason of a failure', async () => {
    stub.answer = () => ({ json: job('FAILED', [], { StatusMessage: 'INVALID_IMAGE_TYPE' }) });
    expect(await resume()).toEqual({ status: 'failed', reason: 'Textract failed: INVALID_IMAGE_TYPE', costUsd: 0 });
  });

  it('returns the pages of a partial result, and is not cached', async () => {
    const warnings = { Warnings: [{ ErrorCode: 'UNREADABLE', Pages: [2] }] };
    stub.answer = () => ({ json: job('PARTIAL_SUCCESS', [scannedInvoice()], warnings) });
    expect(await resume()).toMatchObject({
      status: 'ok',
      reason: 'Textract: UNREADABLE on page 2',
      result: { pageCount: 2, pages: [{ page: 1 }] },
    });
    expect([...store.objects.keys()].filter((key) => key.includes('/cache/'))).toEqual([]);
  });

  it('fails when Textract no longer knows it', async () => {
    stub.answer = () => ({ error: 'InvalidJobIdException' });
    await expect(resume()).rejects.toMatchObject({ kind: 'permanent', code: 'textract.InvalidJobIdException' });
  });

  it('fails when its answer never ends', async () => {
    stub.answer = () => ({ json: job('SUCCEEDED', [], { NextToken: 'again' }) });
    await expect(resume()).rejects.toMatchObject({ kind: 'permanent', code: 'textract.endless' });
  });
});

function twoParts(body: Record<string, unknown>): TextractAnswer {
  return body['NextToken'] === undefined
    ? { json: job('SUCCEEDED', [scannedInvoice()], { NextToken: 'next' }) }
    : { json: job('SUCCEEDED', [expenseDocument({ blocks: page(2, INVOICE_LINES) }, 2)]) };
}
