import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPipeline, temporaryDirectory, textMail, writeConfig } from '../support/local-pipeline.ts';

const CONFIG = `{
  smtp: { recipients: [{ match: 'vip', route: 'vip' }, { match: '*' }] },
  routes: [
    { name: 'vip' },
    { name: 'orders', recipients: ['orders-*@example.com'], queue: { visibilityTimeoutSeconds: 5 } },
    { name: 'urgent', headers: [{ name: 'Subject', match: '*urgent*' }] },
  ],
}`;

let pipeline: TestPipeline;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  const file = await writeConfig(directory.path, CONFIG);
  pipeline = await TestPipeline.start(directory.path, ['--config', file]);
});
afterAll(async () => {
  await pipeline.program.killAll();
  await directory.remove();
});

/** What waits in a queue, or is with a consumer. */
async function depth(name: string): Promise<number> {
  const { visible, inFlight } = await pipeline.queue(name).depth();
  return visible + inFlight;
}

describe('routes', () => {
  it('bring a mail to every queue it belongs to, once each', async () => {
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

  it('leave what they do not take to the parsed-mail queue', async () => {
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
