import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AuthInput, authenticate } from '../../core/auth/authenticate.ts';
import { CachingResolver } from '../../core/auth/dns-resolver.ts';
import type { AuthResult } from '../../core/mail/parsed-mail.ts';
import { type DnsServer, startDnsServer, type Zone } from '../support/dns-server.ts';
import { dkimKey, sealed, signed } from '../support/signed-mail.ts';

const CORPUS = '../shared/corpus/raw/mimekit-dkim';
const MAIL = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';
const CLIENT = { remoteAddress: '192.0.2.10', helo: 'mail.example.org', mailFrom: 'ada@example.org' };

const txt = (data: string) => [{ type: 'TXT' as const, data }];
const SPF: Zone = {
  'example.org': txt('v=spf1 ip4:192.0.2.0/28 ~all'),
  'strict.example.org': txt('v=spf1 -all'),
  'broken.example.org': txt('v=spf1 ip4:not-an-address -all'),
  'loop.example.org': txt('v=spf1 include:loop.example.org -all'),
  'mail.example.org': txt('v=spf1 a -all'),
};

describe('authentication', () => {
  let dns: DnsServer | undefined;
  afterEach(() => dns?.stop());

  async function check(zone: Zone, input: Partial<AuthInput> & { mail?: string | Buffer } = {}): Promise<AuthResult> {
    dns = await startDnsServer({ ...SPF, ...zone });
    const resolver = new CachingResolver({ servers: [dns.address], queryMs: 1_000 });
    const { mail, ...rest } = input;
    const message = mail === undefined ? null : Readable.from([Buffer.from(mail)]);
    const all = { message, client: CLIENT, from: ['ada@example.org'], ...rest };
    return authenticate(all, resolver.until(AbortSignal.timeout(2_000)));
  }

  it.each([
    ['pass', { ...CLIENT }, 'example.org'],
    ['softfail', { ...CLIENT, remoteAddress: '198.51.100.1' }, 'example.org'],
    ['fail', { ...CLIENT, mailFrom: 'a@strict.example.org' }, 'strict.example.org'],
    ['permerror', { ...CLIENT, mailFrom: 'a@broken.example.org' }, 'broken.example.org'],
    ['permerror', { ...CLIENT, mailFrom: 'a@loop.example.org' }, 'loop.example.org'],
    ['temperror', { ...CLIENT, mailFrom: 'a@silent.example.org' }, 'silent.example.org'],
    ['none', { ...CLIENT, mailFrom: 'a@nobody.example' }, 'nobody.example'],
    // The null reverse-path is checked as postmaster at the name in EHLO (RFC 7208 section 2.4).
    ['fail', { ...CLIENT, mailFrom: '' }, 'mail.example.org'],
  ])('SPF: %s', async (result, client, domain) => {
    expect((await check({ 'silent.example.org': 'silent' }, { client })).spf).toMatchObject({ result, domain });
  });

  it('DMARC: an aligned signature passes under the policy of the author’s domain', async () => {
    const zone = { ...dkimKey('test', 'example.org'), '_dmarc.example.org': txt('v=DMARC1; p=reject') };
    const auth = await check(zone, { mail: await signed(MAIL, 'example.org'), client: null });
    expect(auth).toMatchObject({
      spf: { result: 'none', domain: null },
      dkim: [{ result: 'pass', domain: 'example.org', selector: 'test', aligned: true }],
      dmarc: { result: 'pass', domain: 'example.org', policy: 'reject', alignment: { spf: false, dkim: true } },
      senderVerified: true,
    });
  });

  it('DMARC: a signature of another domain does not help', async () => {
    const zone = { ...dkimKey('test', 'mailer.example'), '_dmarc.example.org': txt('v=DMARC1; p=quarantine') };
    const client = { ...CLIENT, mailFrom: 'bounce@mailer.example' };
    const auth = await check(zone, { mail: await signed(MAIL, 'mailer.example'), client });
    expect(auth.dkim).toMatchObject([{ result: 'pass', aligned: false }]);
    expect(auth.dmarc).toMatchObject({ result: 'fail', policy: 'quarantine' });
    expect(auth.senderVerified).toBe(false);
  });

  it('without a policy, alignment alone verifies the sender', async () => {
    expect(await check({})).toMatchObject({
      dmarc: { result: 'none', alignment: { spf: true } },
      senderVerified: true,
    });
    const other = await check({}, { client: { ...CLIENT, mailFrom: 'a@nobody.example' } });
    expect(other).toMatchObject({ dmarc: { result: 'none' }, senderVerified: false });
  });

  it('strict alignment is honoured', async () => {
    const zone = { '_dmarc.example.org': txt('v=DMARC1; p=reject; aspf=s'), 'sub.example.org': txt('v=spf1 +all') };
    const auth = await check(zone, { client: { ...CLIENT, mailFrom: 'a@sub.example.org' } });
    expect(auth).toMatchObject({ spf: { result: 'pass' }, dmarc: { result: 'fail' }, senderVerified: false });
  });

  it('DMARC: several authors have no one policy; a failing lookup is temporary', async () => {
    expect((await check({}, { from: ['a@example.org', 'b@example.net'] })).dmarc.result).toBe('permerror');
    await dns?.stop();
    const failing = await check({ '_dmarc.example.org': 'servfail' });
    expect(failing).toMatchObject({ dmarc: { result: 'temperror' }, senderVerified: false });
  });

  it.each([
    [
      'a changed body fails',
      'fail',
      (mail: string) => `${mail}PS: my new account is …\r\n`,
      dkimKey('test', 'example.org'),
    ],
    [
      'a changed header fails',
      'fail',
      (mail: string) => mail.replace('Subject: Order', 'Subject: Refund'),
      dkimKey('test', 'example.org'),
    ],
    ['no key is a permanent error', 'permerror', (mail: string) => mail, {}],
    [
      'no answer is a temporary one',
      'temperror',
      (mail: string) => mail,
      { 'test._domainkey.example.org': 'servfail' as const },
    ],
  ])('DKIM: %s', async (_name, result, change, zone) => {
    const auth = await check(zone, { mail: change(await signed(MAIL, 'example.org')), client: null });
    expect(auth.dkim).toMatchObject([{ result, domain: 'example.org' }]);
    expect(auth.senderVerified).toBe(false);
  });

  it('DKIM: what can be appended to is not signed', async () => {
    const mail = await signed(MAIL, 'example.org', { maxBodyLength: 5 });
    const auth = await check(dkimKey('test', 'example.org'), { mail, client: null });
    expect(auth).toMatchObject({ dkim: [{ result: 'policy' }], senderVerified: false });
  });

  it('ARC: the chain of a forwarder, whole and broken', async () => {
    const mail = await sealed(MAIL, 'forwarder.example');
    const whole = await check(dkimKey('test', 'forwarder.example'), { mail, client: null });
    expect(whole.arc).toEqual({ result: 'pass', instances: 1, domain: 'forwarder.example' });
    await dns?.stop();
    const broken = await check(dkimKey('test', 'forwarder.example'), { mail: `${mail}PS\r\n`, client: null });
    expect(broken.arc.result).toBe('fail');
  });

  it('asks DNS once for what several mails need', async () => {
    dns = await startDnsServer(SPF);
    const resolver = new CachingResolver({ servers: [dns.address], queryMs: 1_000 });
    const input = { message: null, client: CLIENT, from: ['ada@example.org'] };
    await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
    const first = dns.asked.length;
    await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
    expect(first).toBeGreaterThan(0);
    expect(dns.asked).toHaveLength(first);
  });

  describe.skipIf(!existsSync(CORPUS))(`signed mails of ${CORPUS} (skipped when it is absent)`, () => {
    const key = (file: string) => readFileSync(`${CORPUS}/${file}`, 'utf8').replace(/-----.*-----|\s/g, '');
    let zone: Zone;
    beforeAll(() => {
      zone = {
        '20120113._domainkey.gmail.com': txt(`v=DKIM1; k=rsa; p=${key('gmail.pub')}`),
        'brisbane._domainkey.football.example.com': txt(
          'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
        ),
      };
    });

    it('a mail of Gmail passes', async () => {
      const mail = readFileSync(`${CORPUS}/gmail.msg`, 'utf8').replace(/\r?\n/g, '\r\n');
      const auth = await check(zone, { mail, client: null, from: ['jeff.stedfast@gmail.com'] });
      expect(auth.dkim).toMatchObject([{ result: 'pass', domain: 'gmail.com', aligned: true }]);
    });

    it('the Ed25519 signature of RFC 8463 passes; its RSA key is not published here', async () => {
      const mail = readFileSync(`${CORPUS}/rfc8463-example.msg`, 'utf8').replace(/\r?\n/g, '\r\n');
      const auth = await check(zone, { mail, client: null, from: ['joe@football.example.com'] });
      expect(auth.dkim.map(({ selector, result }) => [selector, result])).toEqual([
        ['brisbane', 'pass'],
        ['test', 'permerror'],
      ]);
    });
  });

  afterAll(() => {
    dns = undefined;
  });
});
