import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleMail } from '../fixtures/samples.ts';
import { base64, lines, message, multipart } from '../fixtures/source/mime.ts';
import { TestPipeline } from '../support/local-pipeline.ts';
import { activePdf, encryptedPdf, SCAN, threeThousandPages } from '../support/ocr/documents.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await TestPipeline.start(path());
});
afterAll(() => pipeline?.program.killAll());

async function receive(mail: Buffer) {
  const id = await pipeline.send(mail);
  const received = (await pipeline.receive([id])).get(id);
  if (received === undefined) throw new Error('nothing came');
  return received;
}

const withPdfs = (subject: string, pdfs: readonly Buffer[]): Buffer =>
  message(
    [
      'From: ada@example.org',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
    ],
    multipart('b', [
      { headers: ['Content-Type: text/plain'], body: lines(['See attached.']) },
      ...pdfs.map((pdf) => base64(['Content-Type: application/pdf', 'Content-Disposition: attachment'], pdf)),
    ]),
  );

describe('documents in mails, in local mode', () => {
  it('the scanned invoice comes out with its total', async () => {
    const { bytes, facts } = sampleMail('scanned-invoice');
    const { enrichment, steps } = await receive(bytes);
    const [document, ...others] = enrichment.ocr?.documents ?? [];
    expect(others).toEqual([]);
    expect(document).toMatchObject({ partId: '2', source: 'ocr', pageCount: 1, invoice: { method: 'rules' } });
    const { vendor, invoiceNumber, invoiceDate, dueDate, currency, net, tax, total } = document?.invoice ?? {};
    expect({
      vendor: vendor?.value,
      number: invoiceNumber?.value,
      date: invoiceDate?.value,
      dueDate: dueDate?.value,
      currency,
      net: net?.value.toFixed(2),
      tax: tax?.value.toFixed(2),
      total: total?.value.toFixed(2),
    }).toEqual(facts.more['invoice']);
    expect(steps.filter(({ name }) => name === 'ocr')).toMatchObject([
      { partId: '2', status: 'ok', provider: 'tesseract', reason: null, costUsd: 0 },
    ]);
  });

  it('documents that are not read hold no mail back, and say why', async () => {
    const pdfs = [
      threeThousandPages(),
      await encryptedPdf(),
      Buffer.from('%PDF-1.7 nothing'),
      activePdf('http://127.0.0.1:9/'),
      SCAN,
    ];
    const { enrichment, steps } = await receive(withPdfs('five documents', pdfs));
    expect(steps.filter(({ name }) => name === 'ocr').map(({ status, reason }) => [status, reason])).toEqual([
      ['skipped', 'the PDF has more than 10 pages'],
      ['skipped', 'the PDF is encrypted'],
      ['skipped', 'the PDF is damaged: its pages cannot be counted'],
      ['ok', null],
      ['ok', null],
    ]);
    expect(enrichment.ocr?.documents).toMatchObject([
      { partId: '5', source: 'text-layer', invoice: null },
      { partId: '6', source: 'ocr', invoice: { total: { value: 1488 } } },
    ]);
  });
});
