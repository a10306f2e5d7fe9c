import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, METADATA_ENVELOPE, METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';

const MAIL = 'From: a@b.test\r\nSubject: one\r\n\r\nHello\r\n';

let test: TestEdge;
beforeEach(async () => {
  test = await startTestEdge();
});
afterEach(() => test.close());

async function deliver(content: string | Buffer, rcpt = ['info@ours.test']): Promise<string> {
  const client = await test.greeted();
  await client.command('MAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME');
  for (const address of rcpt) await client.command(`RCPT TO:<${address}>`);
  await client.command('DATA');
  client.send(content);
  client.send('.\r\n');
  const reply = await client.reply();
  await client.command('QUIT');
  return reply;
}

describe('an accepted mail', () => {
  it('is in the store, after its trace header, when the client reads 250', async () => {
    const reply = await deliver(MAIL);
    const id = /^250 2\.0\.0 queued as (\S+)$/.exec(reply)?.[1] ?? '';
    const [object, ...others] = await test.store.objects(RAW_BUCKET);
    expect(others).toEqual([]);
    expect(mailIdOfRawKey(object?.key ?? '')).toBe(id);
    const traceBytes = Number(object?.metadata[METADATA_TRACE_BYTES]);
    expect(object?.bytes.subarray(traceBytes).toString()).toBe(MAIL);
    expect(object?.bytes.subarray(0, traceBytes).toString()).toMatch(
      new RegExp(
        `^Return-Path: <a@b.test>\\r\\nReceived: from client.test \\(\\[127.0.0.1\\]\\)\\r\\n\\tby mx.test with ESMTP id ${id}\\r\\n\\tfor <info@ours.test>;\\r\\n\\t.* \\+0000\\r\\n$`,
      ),
    );
    expect(decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? '')).toMatchObject({
      id,
      remoteAddress: '127.0.0.1',
      helo: 'client.test',
      tls: null,
      mailFrom: 'a@b.test',
      mailParameters: { SIZE: '100', BODY: '8BITMIME' },
      rcptTo: [{ address: 'info@ours.test', route: null }],
      body: '8BITMIME',
      smtpUtf8: false,
    });
  });

  it('keeps its bytes when streamed', async () => {
    const content = `${randomBytes(14 * 1024 * 1024)
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n')}\r\n`;
    await deliver(content);
    const [object] = await test.store.objects(RAW_BUCKET);
    const traceBytes = Number(object?.metadata[METADATA_TRACE_BYTES]);
    expect(object?.bytes.subarray(traceBytes).equals(Buffer.from(content))).toBe(true);
  });

  it('has its envelope in a sidecar when it does not fit into the metadata', async () => {
    const rcpt = Array.from({ length: 60 }, (_, at) => `recipient-with-a-long-name-${at}@ours.test`);
    await deliver(MAIL, rcpt);
    const objects = await test.store.objects(RAW_BUCKET);
    expect(objects.map(({ key }) => key.slice(key.indexOf('.')))).toEqual(['.eml', '.envelope.json']);
    const envelope = JSON.parse(objects[1]?.bytes.toString() ?? '');
    expect(envelope.rcptTo.map(({ address }: { address: string }) => address)).toEqual(rcpt);
  });
});

describe('a client that vanishes', () => {
  it.each(['end', 'reset'])('leaves nothing behind when it disconnects during DATA (%s)', async (how) => {
    const client = await test.greeted();
    await client.command('MAIL FROM:<a@b.test>');
    await client.command('RCPT TO:<info@ours.test>');
    await client.command('DATA');
    client.send(Buffer.alloc(20 * 1024 * 1024, 'line\r\n'));
    if (how === 'end') client.socket.end();
    else client.socket.resetAndDestroy();
    await client.closed();
    expect(await deliver(MAIL)).toMatch(/^250 /);
    expect(await test.store.objects(RAW_BUCKET)).toHaveLength(1);
  });

  it('leaves at most one mail when it disconnects after the final dot', async () => {
    const client = await test.greeted();
    await client.command('MAIL FROM:<a@b.test>');
    await client.command('RCPT TO:<info@ours.test>');
    await client.command('DATA');
    client.send(`${MAIL}.\r\n`);
    client.socket.resetAndDestroy();
    await client.closed();
    expect(await deliver(MAIL)).toMatch(/^250 /);
    expect((await test.store.objects(RAW_BUCKET)).length).toBeLessThanOrEqual(2);
  });
});
