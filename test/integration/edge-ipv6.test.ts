import { afterEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';

let test: TestEdge | undefined;
const clients: SmtpSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await test?.close();
  test = undefined;
});

async function deliver(edge: TestEdge, host: string): Promise<string> {
  const client = await SmtpSocket.open(edge.edge.smtpPort, undefined, host);
  clients.push(client);
  await client.reply();
  const hello = await client.command('EHLO client.test');
  await client.command('MAIL FROM:<a@b.test>');
  await client.command('RCPT TO:<info@ours.test>');
  await client.command('DATA');
  expect(await client.command('Subject: six\r\n\r\nHello\r\n.')).toMatch(/^250 2\.0\.0 queued/);
  return hello;
}

describe('an edge that listens on ::', () => {
  it('writes the address of an IPv6 client as RFC 5321 §4.1.3 requires, in the trace, the envelope and the log', async () => {
    test = await startTestEdge({ listenAddress: '::' });
    expect(await deliver(test, '::1')).toContain('250-mx.test greets [IPv6:::1]');
    const [object] = await test.store.objects(RAW_BUCKET);
    expect(object?.bytes.toString()).toContain('\r\nReceived: from client.test ([IPv6:::1])\r\n');
    expect(decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? '').remoteAddress).toBe('::1');
    expect(test.log).toContainEqual(expect.objectContaining({ message: 'transaction', remoteAddress: '::1' }));
  });

  it('writes the address of an IPv4 client without the IPv4-mapped prefix', async () => {
    test = await startTestEdge({ listenAddress: '::' });
    expect(await deliver(test, '127.0.0.1')).toContain('250-mx.test greets [127.0.0.1]');
    const [object] = await test.store.objects(RAW_BUCKET);
    expect(object?.bytes.toString()).toContain('\r\nReceived: from client.test ([127.0.0.1])\r\n');
    expect(decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? '').remoteAddress).toBe('127.0.0.1');
  });

  it('answers health checks over both families', async () => {
    test = await startTestEdge({ listenAddress: '::' });
    for (const host of ['127.0.0.1', '[::1]']) {
      const { status } = await fetch(`http://${host}:${test.edge.healthPort}/ready`);
      expect(status).toBe(200);
    }
  });
});
