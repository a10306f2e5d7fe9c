import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROBE_PREFIX } from '../../core/mail/keys.ts';
import { mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { startLocalS3 } from '../support/local-s3.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';

let bundle: Awaited<ReturnType<typeof bundledEdge>>;
let edge: EdgeChild;
const stops: (() => unknown)[] = [];
beforeEach(async () => {
  bundle = await bundledEdge();
  stops.push(bundle.remove);
});
afterEach(async () => {
  await edge.stop();
  for (const stop of stops.splice(0)) await stop();
});

/** An S3 that answers every PUT with `status`. */
async function stubbornS3(status: number) {
  const puts: { url: string; ifNoneMatch: string | undefined }[] = [];
  const s3 = { status, puts, endpoint: '' };
  const server: Server = createServer((request, response) => {
    puts.push({ url: request.url ?? '', ifNoneMatch: request.headers['if-none-match'] });
    request.resume().on('end', () => {
      response.writeHead(s3.status, { 'content-type': 'application/xml', etag: '"e"' });
      response.end(s3.status === 200 ? '' : '<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  s3.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return s3;
}

async function deliver(): Promise<string> {
  const client = await SmtpSocket.open(edge.smtpPort);
  await client.reply();
  for (const line of ['EHLO c.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) {
    await client.command(line);
  }
  client.send('Subject: x\r\n\r\nHello.\r\n.\r\n');
  return client.reply();
}

describe('an edge that probes its store', () => {
  it('is not ready while the store rejects the probe, logs the reason, and stays ready afterwards', async () => {
    const s3 = await stubbornS3(403);
    edge = await EdgeChild.start(bundle.file, s3.endpoint, { probePrefix: PROBE_PREFIX });
    const [line] = await edge.child.printed(/^\{.*"message":"not ready: .*$/m);
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      httpStatus: 403,
      code: 's3.AccessDenied',
      reason: expect.stringContaining('PutObject raw-mail/raw/probe/'),
      remedy: expect.stringContaining('s3:PutObject'),
    });
    expect(await edge.health('/ready')).toEqual({ status: 503, text: 'starting\n' });
    expect(await edge.health('/live')).toMatchObject({ status: 200 });
    expect(await deliver()).toMatch(/^451 4\.3\.0 /);

    s3.status = 200;
    await expect.poll(() => edge.health('/ready')).toEqual({ status: 200, text: 'ready\n' });
    const probes = s3.puts.filter(({ url }) => url.includes(`/${PROBE_PREFIX}`));
    expect(new Set(probes.map(({ ifNoneMatch }) => ifNoneMatch))).toEqual(new Set(['*']));
    expect(await deliver()).toMatch(/^250 /);

    s3.status = 403;
    expect(await deliver()).toMatch(/^451 4\.3\.0 /);
    const [failed] = await edge.child.printed(/^\{.*"message":"store failed".*$/m);
    expect(JSON.parse(failed)).toMatchObject({ code: 's3.AccessDenied', httpStatus: 403 });
    expect(await edge.health('/ready')).toMatchObject({ status: 200 });
  });

  it('leaves an object that triggers no event and is not a mail', async () => {
    const notified: string[] = [];
    const s3 = await startLocalS3({ deliver: async (notification) => void notified.push(notification) });
    stops.push(() => s3.stop());
    edge = await EdgeChild.start(bundle.file, s3.endpoint, { probePrefix: PROBE_PREFIX });
    await expect.poll(() => edge.health('/ready')).toMatchObject({ status: 200 });
    const keys: string[] = [];
    for await (const { key } of s3.store.list('raw-mail')) keys.push(key);
    expect(keys).toEqual([expect.stringMatching(/^raw\/probe\/[0-9A-Z]{26}$/)]);
    const mails = [];
    const buckets = { raw: 'raw-mail', content: 'mail-content' };
    for await (const mail of mailOutcomes(s3.store, buckets, { since: null, until: null })) mails.push(mail);
    expect([mails, notified]).toEqual([[], []]);
  });

  it('stops on request, whatever the state of the probe', async () => {
    const s3 = await stubbornS3(403);
    edge = await EdgeChild.start(bundle.file, s3.endpoint, { probePrefix: PROBE_PREFIX });
    await edge.child.printed(/"message":"not ready: /);
    edge.child.signal('SIGTERM');
    expect(await edge.child.ended()).toMatchObject({ code: 0 });
  });
});
