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
    ...dkimKey('test', 'victim.example'),
    '_dmarc.victim.example': [{ type: 'TXT', data: 'v=DMARC1; p=reject' }],
  });
  const file = await writeConfig(path(), `{ parser: { dnsServers: ['${dns.address}'] } }`);
  pipeline = await TestPipeline.start(path(), ['--config', file]);
});
afterAll(async () => {
  await pipeline?.program.killAll();
  await dns?.stop();
});

async function received(bytes: string) {
  const id = await pipeline.send(Buffer.from(bytes, 'latin1'));
  return (await pipeline.receive([id])).get(id);
}

const authOf = async (bytes: string) => (await received(bytes))?.auth;

it('a mail received over SMTP is published with its verdicts', async () => {
  expect(await authOf(await signed(MAIL, 'example.org'))).toMatchObject({
    spf: { result: 'pass', domain: 'example.org' },
    dkim: [{ result: 'pass', domain: 'example.org', selector: 'test', aligned: true }],
    dmarc: { result: 'pass', domain: 'example.org', policy: 'reject', alignment: { spf: true, dkim: true } },
    arc: { result: 'none', instances: 0, domain: null },
    senderVerified: true,
  });
});

it('a mail that only claims verdicts has none', async () => {
  const claims = 'Authentication-Results: mx.example.com; spf=pass; dkim=pass; dmarc=pass header.from=example.net\r\n';
  expect(await authOf(`${claims}${MAIL.replace('ada@example.org', 'ada@example.net')}`)).toMatchObject({
    dkim: [],
    dmarc: { result: 'none', alignment: { spf: false, dkim: false } },
    senderVerified: false,
  });
});

/** Signed by the victim, for whose domain the test's client fails SPF; sent as example.org, for which it passes. */
const VICTIM = [
  'From: Ann <ann@victim.example>',
  'To: bob@example.com',
  'Subject: Order',
  'Date: Sat, 28 Nov 2026 10:00:00 +0000',
  'Message-ID: <order-1@victim.example>',
  'Content-Type: text/plain',
  '',
  'Twelve boxes.',
  '',
].join('\r\n');
const byVictim = () => signed(VICTIM, 'victim.example');
const inFront = (lines: string) => async () => `${lines}\r\n${await byVictim()}`;
const byAttacker = (from: string) => () => signed(VICTIM.replace('Ann <ann@victim.example>', from), 'example.org');

it('a mail of the victim is verified, and its signed fields are listed', async () => {
  expect(await received(await byVictim())).toMatchObject({
    ambiguous: false,
    auth: {
      dkim: [{ signedFields: ['date', 'from', 'to', 'message-id', 'subject', 'content-type'] }],
      dmarc: { result: 'pass', domain: 'victim.example' },
      senderVerified: true,
    },
  });
});

it('a field that the victim did not sign is listed as unsigned', async () => {
  expect(await authOf(await inFront('Reply-To: eve@example.org')())).toMatchObject({
    dkim: [{ result: 'pass', signedFields: expect.not.arrayContaining(['reply-to']) }],
    senderVerified: true,
  });
});

it.each<[string, () => Promise<string>]>([
  ['a second Subject in front', inFront('Subject: Pay me')],
  ['a second Subject in front, its name in capitals', inFront('SUBJECT: Pay me')],
  ['a second Subject in front, a blank behind its name', inFront('Subject : Pay me')],
  ['a second Date in front', inFront('Date: Sun, 29 Nov 2026 10:00:00 +0000')],
  ['a second To in front', inFront('To: eve@example.org')],
  ['a second Message-ID in front', inFront('Message-ID: <2@victim.example>')],
  ['a second From in front', inFront('From: Boss <boss@victim.example>')],
  ['a second Content-Type in front', inFront('Content-Type: text/html')],
  ['another header in front, without an end', inFront('Subject: Pay me\r\nPay me.')],
  ['text appended', async () => `${await byVictim()}PS: pay me.\r\n`],
  ['two addresses in one place', byAttacker('Ann <ann@victim.example> <ada@example.org>')],
  ['two "@"', byAttacker('ann@victim.example@example.org')],
  ['a quoted "@"', byAttacker('"ann@victim.example"@example.org')],
  ['an encoded word in an address', byAttacker('=?utf-8?q?ann=40victim.example?=@example.org')],
  ['a route', byAttacker('<@victim.example:ada@example.org>')],
  ['an address in a comment', byAttacker('ada@example.org (ann@victim.example)')],
])('attacked with %s, a mail by SMTP is not verified, and marked unless a signature is broken', async (_form, mail) => {
  const document = await received(await mail());
  expect(document?.auth?.senderVerified).toBe(false);
  const broken = document?.auth?.dkim.every(({ result }) => result === 'fail');
  expect(document?.ambiguous || broken).toBe(true);
});
