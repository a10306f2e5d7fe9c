import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CONFIG = `{
  events: { busName: 'mails' },
  smtp: { recipients: [{ match: 'vip', route: 'vip' }, { match: '*' }] },
  routes: [
    { name: 'vip', maxMailBytes: 20_000 },
    { name: 'orders', recipients: ['orders-*@example.com'], queue: { visibilityTimeoutSeconds: 5 } },
    { name: 'urgent', headers: [{ name: 'Subject', match: '*urgent*' }] },
  ],
}`;

let pipeline: TestPipeline;
const path = temporaryDirectory();
beforeAll(async () => {
  const file = await writeConfig(path(), CONFIG);
  pipeline = await TestPipeline.start(path(), ['--config', file]);
});
afterAll(async () => {
  await pipeline.program.killAll();
});

/** Visible and in-flight messages of a queue. */
async function depth(name: string): Promise<number> {
  const { visible, inFlight } = await pipeline.queue(name).depth();
  return visible + inFlight;
}

describe('routes', () => {
  it('deliver a mail to every matching queue, once each', async () => {
    const id = await pipeline.send(textMail('Urgent: two routes'), ['vip@example.com', 'orders-7@example.com']);
    for (const route of ['vip', 'orders', 'urgent']) {
      const mail = (await pipeline.receive([id], `parsed-mail-${route}`)).get(id);
      expect(mail).toMatchObject({
        route,
        routes: [
          { name: 'vip', recipients: ['vip@example.com'] },
          { name: 'orders', recipients: ['orders-7@example.com'] },
          { name: 'urgent', recipients: ['vip@example.com', 'orders-7@example.com'] },
        ],
      });
      expect(await depth(`parsed-mail-${route}`)).toBe(0);
    }
    expect(await depth('parsed-mail')).toBe(0);
  });

  it('are named in the single event of a mail', async () => {
    const id = await pipeline.send(textMail('Tell'), ['vip@example.com', 'bob@example.com']);
    await pipeline.receive([id]);
    const file = /^ {2}events +(\S+) \(there is no EventBridge here, so no rule or target runs\)$/m.exec(
      pipeline.program.stdout,
    )?.[1];
    const events = async () =>
      (await readFile(file ?? '', 'utf8'))
        .split('\n')
        .filter((line) => line.includes(id))
        .map((line) => JSON.parse(line));
    await expect.poll(events).toHaveLength(1);
    const [event] = await events();
    expect(event).toMatchObject({ source: 'mail-pipeline', 'detail-type': 'Mail Parsed', version: '0' });
    expect(event.detail).toMatchObject({
      id,
      routes: ['vip'],
      parsedMailQueue: true,
      recipientDomains: ['example.com'],
      fromDomains: ['example.org'],
    });
    const page = await readFile('docs/mail-parsed-event.md', 'utf8');
    const example = JSON.parse(/```json\n([^`]*)```/.exec(page)?.[1] ?? '');
    expect(Object.keys(event)).toEqual(Object.keys(example));
    expect(Object.keys(event.detail)).toEqual(Object.keys(example.detail));
    const stored = await pipeline.store.get(event.detail.document);
    expect(stored && JSON.parse(await text(stored.body))).toMatchObject({ id, subject: 'Tell' });
  });

  it('leave a mail above their size limit to the parsed-mail queue', async () => {
    const id = await pipeline.send(textMail('Large', 'x'.repeat(70).concat('\r\n').repeat(300)), ['vip@example.com']);
    expect((await pipeline.receive([id])).get(id)).toMatchObject({
      route: null,
      routes: [{ name: null, recipients: ['vip@example.com'] }],
    });
  });

  it('leave mails they do not match to the parsed-mail queue', async () => {
    const id = await pipeline.send(textMail('One of each'), ['vip@example.com', 'bob@example.com']);
    expect((await pipeline.receive([id], 'parsed-mail-vip')).get(id)).toMatchObject({ route: 'vip' });
    expect((await pipeline.receive([id])).get(id)).toMatchObject({
      route: null,
      routes: [
        { name: 'vip', recipients: ['vip@example.com'] },
        { name: null, recipients: ['bob@example.com'] },
      ],
    });
  });
});
