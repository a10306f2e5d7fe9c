import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataService } from '../support/data-service.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let service: DataService;
let pipeline: TestPipeline;
const path = temporaryDirectory();
beforeAll(async () => {
  service = await DataService.start();
  const file = await writeConfig(path(), `{ smtp: { dataHook: { url: '${service.url}' } } }`);
  pipeline = await TestPipeline.start(path(), ['--config', file]);
});
afterAll(async () => {
  service.stop();
  await pipeline.program.killAll();
});

async function keysBelow(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of pipeline.store.list(bucket, { prefix })) keys.push(key);
  return keys;
}

describe('the data hook of a pipeline', () => {
  it('puts its verdict into the document, and a rejected mail has no document', async () => {
    service.says({ action: 'reject', text: 'not this one' });
    await expect(pipeline.send(textMail('refused'))).rejects.toThrow('not this one');
    service.says({ action: 'accept', tags: ['orders'] });
    const id = await pipeline.send(textMail('accepted'));
    const mails = await pipeline.receive([id]);
    expect([...mails.keys()]).toEqual([id]);
    expect(mails.get(id)).toMatchObject({
      subject: 'accepted',
      envelope: { mailFrom: 'ada@example.org', rcptTo: ['bob@example.com'] },
      enrichment: { smtpVerdict: { provider: 'http', action: 'accept', tags: ['orders'], symbols: [] } },
    });
    expect(mails.get(id)?.steps).toContainEqual(
      expect.objectContaining({ name: 'smtpVerdict', status: 'ok', provider: 'http', partId: null }),
    );
    expect(await keysBelow('raw-mail', 'raw/held/')).toHaveLength(2);
    expect(await keysBelow('mail-content', 'parsed/')).toHaveLength(1);
    expect(await keysBelow('mail-content', 'failed/')).toEqual([]);
  });

  it('reports in the document that it could not be reached', async () => {
    service.answer = (_, response) => response.writeHead(503).end();
    const id = await pipeline.send(textMail('unasked'));
    const mail = (await pipeline.receive([id])).get(id);
    expect(mail?.enrichment).not.toHaveProperty('smtpVerdict');
    expect(mail?.steps).toContainEqual(
      expect.objectContaining({ name: 'smtpVerdict', status: 'failed', reason: 'it answered 503' }),
    );
  });
});
