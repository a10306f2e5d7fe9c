import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { check as checkIn, MAIL, txt } from '../../support/check-authentication.ts';
import { cpuTimed } from '../../support/cpu-time.ts';
import type { Zone } from '../../support/dns-server.ts';
import { dkimKey, sealed, signed } from '../../support/signed-mail.ts';

const CORPUS = '../shared/corpus/raw/mimekit-dkim';
const KEY = dkimKey('test', 'example.org');

const check = (zone: Zone, mail: string, from = 'ada@example.org') => checkIn(zone, { mail, client: null, from });

describe('DKIM', () => {
  it('passes for an unchanged mail', async () => {
    const auth = await check(KEY, await signed(MAIL, 'example.org'));
    expect(auth).toMatchObject({
      dkim: [{ result: 'pass', domain: 'example.org', selector: 'test', aligned: true, detail: null }],
      senderVerified: true,
    });
  });

  it.each<[string, string, string, (mail: string) => string, Zone]>([
    ['a changed body', 'fail', 'body hash did not verify', (mail) => `${mail}PS: my new account is …\r\n`, KEY],
    ['a changed header', 'fail', 'bad signature', (mail) => mail.replace('Subject: Order', 'Subject: Refund'), KEY],
    ['no key', 'permerror', 'no key', (mail) => mail, {}],
    ['a revoked key', 'permerror', 'invalid public key', (mail) => mail, keyRecord('v=DKIM1; p=')],
    ['a key of another version', 'permerror', 'unknown key version', (mail) => mail, keyRecord('v=DKIM2; p=AAAA')],
    ['a key that is none', 'permerror', 'unknown key type', (mail) => mail, keyRecord('v=DKIM1; p=AAAA')],
    ['a failing DNS', 'temperror', 'DNS failure', (mail) => mail, { 'test._domainkey.example.org': 'servfail' }],
    ['a silent DNS', 'temperror', 'DNS failure', (mail) => mail, { 'test._domainkey.example.org': 'silent' }],
    // The reader takes the first From, DKIM the last (RFC 6376 section 5.4.2).
    ['a second From in front', 'permerror', 'From is not signed', (mail) => `From: eve@example.org\r\n${mail}`, KEY],
  ])('%s: %s', async (_name, result, detail, change, zone) => {
    const auth = await check(zone, change(await signed(MAIL, 'example.org')));
    expect(auth.dkim).toMatchObject([{ result, domain: 'example.org', detail: expect.stringContaining(detail) }]);
    expect(auth.senderVerified).toBe(false);
  });

  it.each([
    ['a bare CR', `X: a\rFrom: ada@example.org\rDKIM-Signature: a\rSubject: Pay\r\rPay me.\r\n`],
    ['a line that is no field', '\ufeffFrom: ada@example.org\r\nDKIM-Signature: a\r\nPay me.\r\n'],
    ['CR CR LF', '\ufeffFrom: ada@example.org\r\nDKIM-Signature: a\r\n\r\r\nPay me.\r\n'],
  ])('a signature does not cover a prefix that ends with %s', async (_name, front) => {
    const auth = await check(KEY, front + (await signed(MAIL, 'example.org')));
    expect(auth.dkim).toMatchObject([{ result: 'permerror', detail: 'the header has two possible readings' }]);
    expect(auth.senderVerified).toBe(false);
  });

  it('reads a header of 30,000 lines', async () => {
    const mail = await signed(MAIL, 'example.org');
    const { result, ms } = await cpuTimed(() => check(KEY, `X-Folded: a\r\n${' b\r\n'.repeat(30_000)}${mail}`));
    expect(result).toMatchObject({ dkim: [{ result: 'pass' }] });
    expect(ms).toBeLessThan(3_000);
  });

  it('a body that can be appended to does not count as signed', async () => {
    const { dkim, senderVerified } = await check(KEY, await signed(MAIL, 'example.org', { maxBodyLength: 5 }));
    expect(dkim).toMatchObject([{ result: 'policy', detail: '10 bytes of the body are not signed' }]);
    expect(senderVerified).toBe(false);
    const whole = await check(KEY, await signed(MAIL, 'example.org', { maxBodyLength: 15 }));
    expect(whole.dkim).toMatchObject([{ result: 'pass' }]);
  });

  it('a signature is valid only until it expires', async () => {
    const until = async (year: number) =>
      check(KEY, await signed(MAIL, 'example.org', { expires: new Date(Date.UTC(year, 11)) }));
    expect(await until(9_999)).toMatchObject({ dkim: [{ result: 'pass' }] });
    expect(await until(2_025)).toMatchObject({ dkim: [{ result: 'fail' }], senderVerified: false });
  });

  it('does not count SHA-1, short keys and an unsigned From', async () => {
    const sha1 = await check(KEY, await signed(MAIL, 'example.org', { algorithm: 'rsa-sha1' }));
    expect(sha1).toMatchObject({ dkim: [{ result: 'permerror' }], senderVerified: false });
    const key = generateKeyPairSync('rsa', { modulusLength: 1_008 });
    const short = await check(dkimKey('test', 'example.org', key), await signed(MAIL, 'example.org', { key }));
    expect(short).toMatchObject({ dkim: [{ result: 'policy' }], senderVerified: false });
    const [from = '', rest = ''] = MAIL.split(/(?<=\r\n)(?=To)/);
    const added = await check(KEY, `${from}${await signed(rest, 'example.org')}`);
    expect(added).toMatchObject({ dkim: [{ result: 'permerror', detail: 'From is not signed' }] });
    expect(added.senderVerified).toBe(false);
  });

  it('each of several signatures has its verdict, and one pass is enough', async () => {
    const zone = { ...KEY, ...dkimKey('test', 'list.example') };
    const mail = await signed(await signed(MAIL, 'example.org'), 'list.example');
    const auth = await check(zone, `${mail.replace('s=test;', 's=gone;')}`);
    expect(auth.dkim.map(({ domain, result, aligned }) => [domain, result, aligned])).toEqual([
      ['list.example', 'permerror', false],
      ['example.org', 'pass', true],
    ]);
    expect(auth.senderVerified).toBe(true);
  });

  it('a signature without a domain or a known algorithm is ignored', async () => {
    const mail = (await signed(MAIL, 'example.org')).replace('a=rsa-sha256', 'a=rsa-md5');
    expect((await check(KEY, mail)).dkim).toEqual([]);
    expect((await check(KEY, `DKIM-Signature: junk\r\n${MAIL}`)).dkim).toEqual([]);
    const long = (await signed(MAIL, 'example.org')).replace('d=example.org', `d=${'x.'.repeat(20_000)}example.org`);
    expect((await check(KEY, long)).dkim).toEqual([]);
  });
});

describe('a header', () => {
  it('that exceeds its limit is not checked', async () => {
    const mail = (await signed(MAIL, 'example.org')).replace('Subject:', `${'X-Long: x\r\n'.repeat(14_000)}Subject:`);
    expect(await check(KEY, mail)).toMatchObject({ dkim: [], arc: { result: 'none' }, senderVerified: false });
  });

  it.each([
    ['folded lines', `X: x${'\r\n x'.repeat(32_000)}\r\n`],
    ['blanks', `From: a@x\r\nX: ${' '.repeat(128_000)}x\r\n`],
    ['names in h=', `DKIM-Signature: a=rsa-sha256; d=x; s=x; bh=x; b=x; h=${'from:'.repeat(24_000)}\r\n`],
    ['tags', `DKIM-Signature: ${'a=b; '.repeat(25_000)}\r\n`],
    ['comments', `DKIM-Signature: ${'('.repeat(120_000)}\r\n`],
  ])('of 128 KB of %s takes little time', async (_name, header) => {
    const mail = `${header.slice(0, 128_000)}${await signed(MAIL, 'example.org')}`;
    expect((await cpuTimed(() => check(KEY, mail))).ms).toBeLessThan(3_000);
  });
});

describe('ARC', () => {
  const zone = dkimKey('test', 'forwarder.example');

  it('the chain of a forwarder passes, and breaks when the mail changes', async () => {
    const mail = await sealed(MAIL, 'forwarder.example');
    expect((await check(zone, mail)).arc).toEqual({ result: 'pass', instances: 1, domain: 'forwarder.example' });
    expect((await check(zone, `${mail}PS\r\n`)).arc).toMatchObject({ result: 'fail', domain: 'forwarder.example' });
    expect((await check({}, mail)).arc).toMatchObject({ result: 'fail', instances: 1 });
    const front = '\ufeffFrom: ada@example.org\r\nARC-Seal: a\r\nPay me.\r\n';
    expect((await check(zone, front + mail)).arc.result).not.toBe('pass');
  });

  it.each(['servfail', 'silent'] as const)('a chain whose keys are %s may be intact', async (state) => {
    const mail = await sealed(MAIL, 'forwarder.example');
    expect((await check({ 'test._domainkey.forwarder.example': state }, mail)).arc.result).toBe('temperror');
  });

  it('names the sealing domain, not another signing domain', async () => {
    const theirs = await sealed(MAIL, 'forwarder.example');
    const ours = await sealed(MAIL, 'eve.example');
    const seal = (mail: string) => /^ARC-Seal:.*\r\n(?:\s.*\r\n)*/m.exec(mail)?.[0] ?? '';
    const { arc } = await check(
      { ...zone, ...dkimKey('test', 'eve.example') },
      theirs.replace(seal(theirs), seal(ours)),
    );
    expect(arc.domain).toBe('eve.example');
  });

  it('a repeated set, a missing set, or more than fifty sets break the chain', async () => {
    const mail = await sealed(MAIL, 'forwarder.example');
    const second = mail.slice(0, mail.indexOf('From:')).replaceAll('i=1', 'i=3');
    const many = Array.from({ length: 60 }, (_, n) => mail.slice(0, mail.indexOf('From:')).replaceAll('i=1', `i=${n}`));
    for (const bad of [mail.slice(0, mail.indexOf('From:')) + mail, second + mail, many.join('') + mail]) {
      expect((await check(zone, bad)).arc.result).toBe('fail');
    }
  });
});

describe.skipIf(!existsSync(CORPUS))(`signed mails of ${CORPUS} (skipped when it is absent)`, () => {
  const file = (name: string) => readFileSync(`${CORPUS}/${name}`, 'utf8');
  const key = (name: string) => file(name).replace(/-----.*-----|\s/g, '');
  const mail = (name: string) => file(name).replace(/\r?\n/g, '\r\n');
  let zone: Zone;
  beforeAll(() => {
    zone = {
      '20120113._domainkey.gmail.com': txt(`v=DKIM1; k=rsa; p=${key('gmail.pub')}`),
      'brisbane._domainkey.football.example.com': txt(
        'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
      ),
    };
  });

  it.each(['gmail.msg', 'related.msg', 'multipart-no-end-boundary.msg'])('%s passes', async (name) => {
    const auth = await check(zone, mail(name), 'somebody@gmail.com');
    expect(auth).toMatchObject({
      dkim: [{ result: 'pass', domain: 'gmail.com', aligned: true }],
      senderVerified: true,
    });
  });

  it('the Ed25519 signature of RFC 8463 passes; its RSA key is not published here', async () => {
    const auth = await check(zone, mail('rfc8463-example.msg'), 'joe@football.example.com');
    expect(auth.dkim.map(({ selector, result }) => [selector, result])).toEqual([
      ['brisbane', 'pass'],
      ['test', 'permerror'],
    ]);
  });
});

function keyRecord(record: string): Zone {
  return { 'test._domainkey.example.org': txt(record) };
}
