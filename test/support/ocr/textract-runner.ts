import { CpuBudgets } from '../../../core/document/cpu-budget.ts';
import { OcrTextract } from '../../../lambda/enricher/steps/ocr/textract/ocr-textract.ts';
import type { MemoryStore } from '../memory-aws.ts';
import { documentProcess } from './open-document.ts';
import type { TextractStub } from './textract-stub.ts';

export const CHANNEL = {
  topicArn: 'arn:aws:sns:eu-west-1:123456789012:ocr',
  roleArn: 'arn:aws:iam::123456789012:role/ocr',
};

/** The provider, connected to a stub. */
export const textract = (stub: TextractStub, store: MemoryStore, maxAttempts = 1, budgets = new CpuBudgets()) =>
  new OcrTextract({
    store,
    documents: documentProcess({ processMs: 10_000 }),
    maxPagesPerPdf: 3,
    budgets,
    client: stub.client(maxAttempts),
    channel: CHANNEL,
  });
