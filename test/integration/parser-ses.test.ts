import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawObjectCreated } from '../../core/aws/s3-event.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { FunctionHarness, RAW } from '../support/function-harness.ts';
import { SES_MESSAGE_ID, sesMail } from '../support/ses-mail.ts';
import { sqsEvent } from '../support/sqs-event.ts';

let harness: FunctionHarness;
let parser: LambdaFunction;
beforeAll(async () => {
  harness = await FunctionHarness.start();
  parser = await harness.parser();
});
afterAll(() => harness.stop());

async function stored(key: string, mail = sesMail()): Promise<RawObjectCreated> {
  await harness.s3.store.put({ bucket: RAW, key }, Buffer.from(mail));
  return { bucket: RAW, key, versionId: null, revision: 1 };
}

describe('a mail that came through SES', () => {
  it('is parsed, with the envelope and the verdicts from its trace', async () => {
    await parser.invoke(sqsEvent(await stored(`ses/${SES_MESSAGE_ID}`)));
    const { mail, message } = await harness.receiveOne();
    expect(mail).toMatchObject({
      subject: 'Through the other door',
      text: expect.stringContaining('hello'),
      from: [{ address: 'ann@example.net' }],
      envelope: {
        mailFrom: 'ann@example.net',
        rcptTo: ['orders@example.com'],
        remoteAddress: '192.0.2.50',
        remotePort: 0,
      },
      enrichment: { ses: { messageId: SES_MESSAGE_ID, spam: 'PASS', virus: 'GRAY', envelopeFrom: 'headers' } },
      raw: { key: `ses/${SES_MESSAGE_ID}`, traceBytes: 0 },
      defects: [],
    });
    expect(message.attributes).toMatchObject({ recipientDomain: 'example.com' });
  });

  it('has neither elsewhere in the bucket, whatever its header says', async () => {
    await parser.invoke(sqsEvent(await stored('copied/a.eml')));
    const { mail } = await harness.receiveOne();
    expect(mail).toMatchObject({ envelope: null, enrichment: {} });
  });

  it('is not the note that SES leaves when a rule is created', async () => {
    const note = await stored('ses/AMAZON_SES_SETUP_NOTIFICATION', 'Subject: Amazon SES Setup Notification\r\n\r\n');
    await parser.invoke(sqsEvent(note, await stored(`ses/${SES_MESSAGE_ID}`)));
    expect((await harness.receiveOne()).mail.raw.key).toBe(`ses/${SES_MESSAGE_ID}`);
  });
});
