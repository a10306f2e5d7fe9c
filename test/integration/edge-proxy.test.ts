import { execFile } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeEnvelope, METADATA_ENVELOPE } from '../../core/mail/envelope.ts';
import { V2_SIGNATURE } from '../../edge-mta/proxy/proxy-header.ts';
import { type EdgeChanges, RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';
import { missingTools, toolPath } from '../support/tools.ts';

let test: TestEdge | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

async function start(changes: EdgeChanges = {}): Promise<TestEdge> {
  test = await startTestEdge({ proxyProtocolFrom: ['127.0.0.0/30'], ...changes });
  return test;
}

/** Connects from a listed proxy address. */
async function proxied(edge: TestEdge, header: string | Buffer): Promise<SmtpSocket> {
  const client = await edge.connect('127.0.0.1');
  client.send(header);
  return client;
}

const fromIpv6 = (address: string) => `PROXY TCP6 ${address} 2001:db8::25 40000 25\r\n`;
const V2_IPV4 = Buffer.concat([V2_SIGNATURE, Buffer.from('2111000cc6336407c00002019c400019', 'hex')]);

describe('a connection from a configured proxy', () => {
  it.each([
    ['version 1', fromIpv6('2001:db8::7'), '2001:db8::7', 'IPv6:2001:db8::7'],
    ['version 2', V2_IPV4, '198.51.100.7', '198.51.100.7'],
  ])('counts as the client named in the header of %s in log, envelope and trace', async (_, header, ip, literal) => {
    const edge = await start();
    const client = await proxied(edge, header);
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    expect(await client.command('EHLO client.test')).toContain(`greets [${literal}]`);
    await client.command('MAIL FROM:<a@b.test>');
    await client.command('RCPT TO:<info@ours.test>');
    await client.command('DATA');
    expect(await client.command('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 2\.0\.0 queued/);
    const [object] = await edge.store.objects(RAW_BUCKET);
    expect(object?.bytes.toString()).toContain(`Received: from client.test ([${literal}])`);
    expect(decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? '')).toMatchObject({
      remoteAddress: ip,
      remotePort: 40_000,
    });
    expect(edge.log).toContainEqual(expect.objectContaining({ message: 'transaction', remoteAddress: ip }));
  });

  it('gets no banner before the header is complete, byte by byte, and loses no bytes after it', async () => {
    const edge = await start();
    const client = await edge.connect('127.0.0.1');
    for (const byte of V2_IPV4) {
      expect(client.pending).toBe('');
      client.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    const hasty = await proxied(edge, `${fromIpv6('2001:db8::7')}EHLO client.test\r\nQUIT\r\n`);
    expect(await hasty.reply()).toBe('220 mx.test ESMTP');
    expect(await hasty.reply()).toContain('greets [IPv6:2001:db8::7]');
    expect(await hasty.reply()).toBe('221 2.0.0 Bye');
  });

  it.each([
    ['LOCAL', Buffer.concat([V2_SIGNATURE, Buffer.from('20000000', 'hex')])],
    ['UNKNOWN', 'PROXY UNKNOWN\r\n'],
  ])('counts as the proxy when the proxy connects for itself: %s', async (_, header) => {
    const edge = await start();
    const client = await proxied(edge, header);
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    expect(await client.command('EHLO health.test')).toContain('greets [127.0.0.1]');
  });

  it.each([
    ['none', 'EHLO client.test\r\n'],
    ['a damaged one', 'PROXY TCP4 1.2.3.4\r\n'],
    ['a line without end', `PROXY UNKNOWN ${'x'.repeat(200)}`],
    ['one that announces 64 KB', Buffer.concat([V2_SIGNATURE, Buffer.from('2111ffff', 'hex')])],
    ['a TLS handshake', Buffer.from('16030100c8', 'hex')],
  ])('gets 421 and is closed for a header that is %s', async (_, header) => {
    const edge = await start();
    const client = await proxied(edge, header);
    expect(await client.reply()).toMatch(/^421 /);
    await client.closed();
    expect(edge.log).toContainEqual(
      expect.objectContaining({
        message: 'connection refused',
        remoteAddress: '127.0.0.1',
        reason: expect.stringContaining('No valid PROXY header'),
      }),
    );
  });

  it('may be one of many with a pending header, without listener warnings, and the last one is served', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on('warning', note);
    const edge = await start();
    for (let count = 0; count < 20; count++) await edge.connect('127.0.0.1');
    const client = await proxied(edge, V2_IPV4);
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('leaves nothing behind when it closes in the middle of its header', async () => {
    const edge = await start();
    const client = await proxied(edge, 'PROXY TCP4');
    client.socket.resetAndDestroy();
    await client.closed();
    const next = await proxied(edge, V2_IPV4);
    expect(await next.reply()).toBe('220 mx.test ESMTP');
  });

  it('does not delay the shutdown of the edge', async () => {
    const edge = await start({ drainDeadlineMs: 60_000 });
    const client = await edge.connect('127.0.0.1');
    const probe = await proxied(edge, V2_IPV4);
    await probe.reply();
    await edge.edge.drain();
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    expect(await probe.reply()).toMatch(/^421 4\.3\.2 /);
  });

  it('counts against the limits of the named client, per /64, and not of the proxy', async () => {
    const edge = await start({ limits: { connectionsPerSource: 2 } });
    const replies: string[] = [];
    for (const address of ['2001:db8:1:2::a', '2001:db8:1:2:ffff::b', '2001:db8:1:2::c', '2001:db8:1:3::a']) {
      replies.push(await (await proxied(edge, fromIpv6(address))).reply());
    }
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['220', '220', '421', '220']);
    const open = await proxied(edge, fromIpv6('2001:db8:1:3::b'));
    expect(await open.reply()).toMatch(/^220 /);
  });

  it('starts TLS like any other', async () => {
    const edge = await start();
    const client = await proxied(edge, V2_IPV4);
    await client.reply();
    await client.command('STARTTLS');
    await client.startTls();
    expect(await client.command('EHLO client.test')).toContain('greets [198.51.100.7]');
  });

  it('checks the client against block lists', async () => {
    const asked: string[] = [];
    const resolve4 = (name: string) => {
      asked.push(name);
      return Promise.resolve([{ address: '127.0.0.2', ttl: 60 }]);
    };
    const edge = await start({ dnsblZones: ['zen.test'], deps: { resolve4 } });
    const client = await proxied(edge, V2_IPV4);
    expect(await client.reply()).toMatch(/^554 5\.7\.1 /);
    expect(asked).toEqual(['7.100.51.198.zen.test']);
  });
});

describe('a connection from any other host', () => {
  it.each([
    ['version 1', fromIpv6('2001:db8::7')],
    ['version 2', V2_IPV4],
  ])('gets 421 for a header of %s, and is closed', async (_, header) => {
    const edge = await start();
    const client = await edge.connect('127.0.0.9');
    client.send(header);
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    expect(await client.reply()).toMatch(/^421 4\.7\.0 No PROXY header/);
    await client.closed();
  });

  it('needs no header', async () => {
    const edge = await start();
    const client = await edge.connect('127.0.0.9');
    expect(await client.reply()).toBe('220 mx.test ESMTP');
    expect(await client.command('EHLO client.test')).toContain('greets [127.0.0.9]');
  });
});

const noSwaks = missingTools('swaks');
describe.skipIf(noSwaks)(`swaks behind a proxy${noSwaks}`, () => {
  it.each([
    ['1', 'TCP6', '2001:db8::7', '2001:db8::25'],
    ['2', 'AF_INET6', '2001:db8::7', '2001:db8::25'],
    ['2', 'AF_INET', '198.51.100.7', '192.0.2.1'],
  ])('delivers with version %s, %s', async (version, family, source, destination) => {
    const edge = await start();
    const args = ['--server', '127.0.0.1', '--port', String(edge.edge.smtpPort), '--helo', 'client.test'];
    const proxy = ['--proxy-version', version, '--proxy-family', family, '--proxy-source', source];
    const ports = ['--proxy-source-port', '40000', '--proxy-dest', destination, '--proxy-dest-port', '25'];
    await new Promise<void>((resolve, reject) => {
      const all = [...args, ...proxy, ...ports, '--from', 'a@b.test', '--to', 'info@ours.test'];
      execFile(toolPath('swaks') ?? 'swaks', all, (error) => (error === null ? resolve() : reject(error)));
    });
    const [object] = await edge.store.objects(RAW_BUCKET);
    expect(decodeEnvelope(object?.metadata[METADATA_ENVELOPE] ?? '').remoteAddress).toBe(source);
  });
});
