import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { TestPipeline, writeConfig } from '../support/local-pipeline.ts';
import { dkimKey, signed } from '../support/signed-mail.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MAIL = 'From: Ada <ada@example.org>\r\nTo: bob@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';

let dns: DnsServer;
let pipeline: TestPipeline;
const path = temporaryDirectory();
beforeAll(async () => {
  dns = await startDnsServer({
    ...dkimKey('test', 'example.org'),
    'example.org': [{ type: 'TXT', data: 'v=spf1 ip4:127.0.0.1 -all' }],
    '_dmarc.example.org': [{ type: 'TXT', data: 'v=DMARC1; p=reject' }],
  });
  const file = await writeConfig(path(), `{ parser: { dnsServers: ['${dns.address}'] } }`);
  pipeline = await TestPipeline.start(path(), ['--config', file]);
});
afterAll(async () => {
  await pipeline?.program.killAll();
  await dns?.stop();
});

async function authOf(bytes: string) {
  const id = await pipeline.send(Buffer.from(bytes));
  return (await pipeline.receive([id])).get(id)?.auth;
}

it('a mail by SMTP has its verdicts in what is published', async () => {
  expect(await authOf(await signed(MAIL, 'example.org'))).toMatchObject({
    spf: { result: 'pass', domain: 'example.org' },
    dkim: [{ result: 'pass', domain: 'example.org', selector: 'test', aligned: true }],
    dmarc: { result: 'pass', domain: 'example.org', policy: 'reject', alignment: { spf: true, dkim: true } },
    arc: { result: 'none', instances: 0, domain: null },
    senderVerified: true,
  });
});

it('a mail that only says so has not', async () => {
  const claims = 'Authentication-Results: mx.example.com; spf=pass; dkim=pass; dmarc=pass header.from=example.net\r\n';
  expect(await authOf(`${claims}${MAIL.replace('ada@example.org', 'ada@example.net')}`)).toMatchObject({
    dkim: [],
    dmarc: { result: 'none', alignment: { spf: false, dkim: false } },
    senderVerified: false,
  });
});
