import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer, type Zone } from '../support/dns-server.ts';
import { startTestEdge, type TestEdge } from '../support/edge.ts';

const txt = (text: string) => [{ type: 'TXT' as const, data: text.match(/.{1,255}/gs) ?? [] }];
/** A record of about 1 KB that does not match this client. */
const LONG = `v=spf1 ${'ip4:198.51.100.1 '.repeat(58)}`;
const including = (count: number) =>
  `v=spf1 ${Array.from({ length: count }, (_, at) => `include:long${at}.test `).join('')}-all`;

const ZONE: Zone = {
  'fail.test': txt('v=spf1 ip4:192.0.2.1 -all'),
  'pass.test': txt('v=spf1 ip4:127.0.0.1 -all'),
  'softfail.test': txt('v=spf1 ~all'),
  'broken.test': txt('v=spf1 ip4:nonsense -all'),
  'servfail.test': 'servfail',
  'short.test': txt(including(3)),
  'longer.test': txt(including(9)),
  'macros.test': txt(`v=spf1 exists:${'%{l}'.repeat(30)}.names.test -all`),
  ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`long${at}.test`, txt(LONG)])),
};

let dns: DnsServer;
let test: TestEdge;
beforeAll(async () => {
  dns = await startDnsServer(ZONE);
});
afterEach(() => test.close());
afterAll(() => dns.stop());

const start = async (rejectSpfFail = true) => {
  test = await startTestEdge({ rejectSpfFail, deps: { dnsServers: [dns.address] } });
};

describe('smtp.rejectSpfFail', () => {
  it('rejects a sender whose domain denies this client, and the session continues', async () => {
    await start();
    const client = await test.greeted();
    expect(await client.command('MAIL FROM:<a@fail.test>')).toMatch(/^550 5\.7\.23 /);
    expect(test.log).toContainEqual(
      expect.objectContaining({
        message: 'transaction',
        outcome: 'refused',
        mailFrom: 'a@fail.test',
        reply: '550 5.7.23',
      }),
    );
    expect(await client.command('RCPT TO:<info@ours.test>')).toMatch(/^503 5\.5\.1 /);
    expect(await client.command('MAIL FROM:<a@pass.test>')).toMatch(/^250 2\.1\.0 /);
    expect(await client.command('RCPT TO:<info@ours.test>')).toMatch(/^250 2\.1\.5 /);
  });

  it.each(['pass.test', 'softfail.test', 'broken.test', 'servfail.test', 'nothing.test'])(
    'admits a sender of %s',
    async (domain) => {
      await start();
      const client = await test.greeted();
      expect(await client.command(`MAIL FROM:<a@${domain}>`)).toMatch(/^250 2\.1\.0 /);
    },
  );

  it('checks the EHLO name for the null sender', async () => {
    await start();
    const client = await test.greeted();
    expect(await client.command('MAIL FROM:<>')).toMatch(/^250 /);
    await client.command('EHLO fail.test');
    expect(await client.command('MAIL FROM:<>')).toMatch(/^550 5\.7\.23 /);
  });

  it('answers pipelined commands in their order', async () => {
    await start();
    const client = await test.greeted();
    client.send('MAIL FROM:<a@fail.test>\r\nRCPT TO:<info@ours.test>\r\nNOOP\r\n');
    expect(
      [await client.reply(), await client.reply(), await client.reply()].map((reply) => reply.slice(0, 3)),
    ).toEqual(['550', '503', '250']);
  });

  it('reads at most 8 KB of untrusted records per mail', async () => {
    await start();
    const client = await test.greeted();
    expect(await client.command('MAIL FROM:<a@short.test>')).toMatch(/^550 5\.7\.23 /);
    expect(await client.command('MAIL FROM:<a@longer.test>')).toMatch(/^250 /);
  });

  it('does not query names that are invalid in DNS', async () => {
    await start();
    const client = await test.greeted();
    expect(await client.command(`MAIL FROM:<${'l'.repeat(60)}@macros.test>`)).toMatch(/^550 5\.7\.23 /);
    expect(dns.asked.filter((name) => name.includes('names.test'))).toEqual([]);
  });

  it('makes no queries when off', async () => {
    await start(false);
    const client = await test.greeted();
    const before = dns.asked.length;
    expect(await client.command('MAIL FROM:<a@fail.test>')).toMatch(/^250 /);
    expect(dns.asked).toHaveLength(before);
  });
});
