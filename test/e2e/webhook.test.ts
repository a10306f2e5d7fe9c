import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleMail } from '../fixtures/samples.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

let pipeline: TestPipeline;
let receiver: WebhookReceiver;
const path = temporaryDirectory();
beforeAll(async () => {
  let posts = 0;
  receiver = await WebhookReceiver.start(({ path }, response) => {
    // Fail the very first POST.
    if (path === '/mail' && posts++ === 0) response.writeHead(503).end();
    else response.writeHead(path === '/postmark' ? 403 : 200).end();
  });
  const secretFile = path('key');
  await writeFile(secretFile, 'a key');
  const file = await writeConfig(
    path(),
    JSON.stringify({
      webhook: { url: `${receiver.url}/mail`, secretFile },
      routes: [
        { name: 'orders', recipients: ['orders'], webhook: { url: `${receiver.url}/postmark`, format: 'postmark' } },
        { name: 'queue', recipients: ['queue'] },
      ],
    }),
  );
  pipeline = await TestPipeline.start(path(), ['--config', file]);
});
afterAll(async () => {
  await pipeline.program.killAll();
  await receiver.stop();
});

describe('webhooks', () => {
  it('receive each mail, signed, and again after a failure', async () => {
    const id = await pipeline.send(sampleMail('plain-text').bytes);
    const [failed, posted] = await receiver.received('/mail', 2);
    expect(failed?.headers['mail-pipeline-delivery']).toBe(posted?.headers['mail-pipeline-delivery']);
    expect(JSON.parse(posted?.body.toString() ?? '')).toMatchObject({ schema: 'parsed-mail/1', id, route: null });
    const [, time = '', signed] = /^t=(\d+),v1=(.*)$/.exec(String(posted?.headers['mail-pipeline-signature'])) ?? [];
    const expected = createHmac('sha256', 'a key')
      .update(`${time}.`)
      .update(posted?.body ?? '');
    expect(signed).toBe(expected.digest('hex'));
  });

  it('that reject a mail leave it on the dead-letter queue', async () => {
    await pipeline.send(sampleMail('several-attachments').bytes, ['orders@example.com']);
    const [posted] = await receiver.received('/postmark', 1);
    const { Attachments } = JSON.parse(posted?.body.toString() ?? '');
    expect(Attachments).toHaveLength(sampleMail('several-attachments').facts.attachments.length);
    const [letter] = await pipeline.queue('parsed-mail-orders-dlq').receive();
    expect(letter?.attributes).toMatchObject({ failureReason: 'webhook.refused' });
  });

  it('receive no mail of a route without a webhook', async () => {
    const id = await pipeline.send(textMail('for the queue'), ['queue@example.com']);
    expect((await pipeline.receive([id], 'parsed-mail-queue')).get(id)).toMatchObject({ route: 'queue' });
  });
});
