import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Invoice } from '../../core/mail/enrichment-schema.ts';
import { answersTo, documentProcess } from '../support/ocr/open-document.ts';

const CASES = '../shared/cases/invoices';
const absent = existsSync(CASES) ? false : `there is no ${CASES}`;

const number = z.nullable(z.number());
const text = z.nullable(z.string());
const expectedSchema = z.object({
  file: z.string(),
  number: text,
  date: text,
  due: text,
  vendor: text,
  buyer: text,
  currency: text,
  net: number,
  tax: number,
  total: number,
  payable: number,
  type: z.string(),
});

async function invoiceIn(bytes: Buffer): Promise<Invoice | null> {
  const { answers } = await answersTo(bytes, {}, documentProcess({ processMs: 120_000 }));
  const [answer] = answers;
  if (answer?.type !== 'document') throw new Error(JSON.stringify(answer));
  return answer.invoices?.[0] ?? null;
}

const expectations = absent
  ? []
  : readFileSync(`${CASES}/expected.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => expectedSchema.safeParse(JSON.parse(line)))
      .flatMap(({ data }) => (data === undefined ? [] : [data]));

describe.skipIf(absent)(`electronic invoices in ${CASES}`, () => {
  it.each(expectations.map((expected) => [expected.file, expected] as const))(
    'reads every field of %s',
    async (file, { file: _, type, ...expected }) => {
      const invoice = await invoiceIn(readFileSync(`${CASES}/${file}`));
      expect({
        number: invoice?.invoiceNumber?.value ?? null,
        date: invoice?.invoiceDate?.value ?? null,
        due: invoice?.dueDate?.value ?? null,
        vendor: invoice?.vendor?.value ?? null,
        buyer: invoice?.buyer?.name ?? null,
        currency: invoice?.currency ?? null,
        net: invoice?.net?.value ?? null,
        tax: invoice?.tax?.value ?? null,
        total: invoice?.total?.value ?? null,
        payable: invoice?.payable?.value ?? null,
        method: invoice?.method,
      }).toEqual({ ...expected, method: 'xml' });
      expect(invoice?.typeCode ?? '').toBe(type);
    },
  );
});
