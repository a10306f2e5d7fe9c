import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../core/auth/authenticate.ts';
import { CachingResolver } from '../../../core/auth/dns-resolver.ts';
import { CLIENT, check, MAIL, txt } from '../../support/check-authentication.ts';
import { startDnsServer, type Zone } from '../../support/dns-server.ts';
import { dkimKey, signed } from '../../support/signed-mail.ts';

const policy = (record: string, domain = 'example.org'): Zone => ({ [`_dmarc.${domain}`]: txt(record) });
/** A client whose SPF passes for `domain`. */
const client = (domain: string) => ({ client: { ...CLIENT, mailFrom: `a@${domain}` } });
const SUB: Zone = { 'sub.example.org': txt('v=spf1 +all') };

describe('DMARC', () => {
  it('passes for an aligned signature under the policy of the author’s domain', async () => {
    const zone = { ...dkimKey('test', 'example.org'), ...policy('v=DMARC1; p=reject') };
    const auth = await check(zone, { mail: await signed(MAIL, 'example.org'), client: null });
    expect(auth).toMatchObject({
      dmarc: { result: 'pass', domain: 'example.org', policy: 'reject', alignment: { spf: false, dkim: true } },
      senderVerified: true,
    });
  });

  it('does not pass for a signature of another domain', async () => {
    const zone = { ...dkimKey('test', 'mailer.example'), ...policy('v=DMARC1; p=quarantine') };
    const auth = await check(zone, { mail: await signed(MAIL, 'mailer.example'), ...client('mailer.example') });
    expect(auth.dkim).toMatchObject([{ result: 'pass', aligned: false }]);
    expect(auth).toMatchObject({ dmarc: { result: 'fail', policy: 'quarantine' }, senderVerified: false });
  });

  it('verifies the sender by alignment alone when there is no policy', async () => {
    expect(await check({})).toMatchObject({
      dmarc: { result: 'none', alignment: { spf: true } },
      senderVerified: true,
    });
    const other = await check({}, client('nobody.example'));
    expect(other).toMatchObject({ dmarc: { result: 'none' }, senderVerified: false });
  });

  it('gives the same verdict under a policy of none, or for a share of the mails', async () => {
    for (const [record, asked] of [
      ['v=DMARC1; p=none', 'none'],
      ['v=DMARC1; p=reject; pct=0', 'reject'],
      ['v=DMARC1; p = Reject ;pct=10', 'reject'],
    ] as const) {
      expect(await check(policy(record))).toMatchObject({ dmarc: { result: 'pass', policy: asked } });
      const failing = await check(policy(record), client('nobody.example'));
      expect(failing).toMatchObject({ dmarc: { result: 'fail', policy: asked }, senderVerified: false });
    }
  });

  it('a subdomain uses its own policy, then `sp`, then `p` of the organisation', async () => {
    const from = 'ada@deep.sub.example.org';
    const of = async (zone: Zone) => (await check(zone, { from })).dmarc;
    const passed = { result: 'pass', domain: 'example.org', alignment: { spf: true } };
    expect(await of(policy('v=DMARC1; p=reject'))).toMatchObject({ ...passed, policy: 'reject' });
    expect(await of(policy('v=DMARC1; p=reject; sp=quarantine'))).toMatchObject({ ...passed, policy: 'quarantine' });
    const own = policy('v=DMARC1; p=none; sp=reject', 'deep.sub.example.org');
    expect(await of({ ...policy('v=DMARC1; p=reject'), ...own })).toMatchObject({ ...passed, policy: 'none' });
  });

  // RFC 7489 section 6.6.3: several records end discovery; the organisational domain is queried only if there is none.
  it('two policies of a subdomain count as none, without falling back to the organisation', async () => {
    const organisation = policy('v=DMARC1; p=reject');
    const own = (...records: string[]) => ({ '_dmarc.sub.example.org': records.flatMap(txt) });
    const of = async (zone: Zone) => (await check({ ...organisation, ...zone }, { from: 'ada@sub.example.org' })).dmarc;
    expect(await of(own('v=DMARC1; p=none', 'v=DMARC1; p=quarantine'))).toMatchObject({ result: 'none', policy: null });
    expect(await of(own('v=DMARC1; p=none', 'v=DMARC2; p=quarantine'))).toMatchObject({
      result: 'pass',
      policy: 'none',
    });
    expect(await of(own('v=spf1 -all', 'v=DMARC2; p=none'))).toMatchObject({ result: 'pass', policy: 'reject' });
    expect(await of(own('v = DMARC1 ; p=quarantine'))).toMatchObject({ result: 'pass', policy: 'quarantine' });
  });

  it('organisational domains end at public suffixes, including those of hosting providers', async () => {
    const zone = { 'b.co.uk': txt('v=spf1 +all'), 'b.github.io': txt('v=spf1 +all') };
    for (const [from, other] of [
      ['a.co.uk', 'b.co.uk'],
      ['a.github.io', 'b.github.io'],
    ] as const) {
      const auth = await check(zone, { from: `ada@${from}`, ...client(other) });
      expect(auth).toMatchObject({ spf: { result: 'pass' }, dmarc: { alignment: { spf: false } } });
      expect(auth.senderVerified).toBe(false);
    }
  });

  it('domains are compared case-insensitively, in Unicode or not', async () => {
    const zone = {
      'xn--bcher-kva.example': txt('v=spf1 +all'),
      ...policy('v=DMARC1; p=reject', 'xn--bcher-kva.example'),
    };
    const auth = await check(zone, { from: 'ada@Bücher.Example', ...client('xn--bcher-kva.example') });
    expect(auth).toMatchObject({ dmarc: { result: 'pass', policy: 'reject' }, senderVerified: true });
  });

  it.each(['v=DMARC1; p=reject; aspf=s', 'v=DMARC1; p=reject; aspf = S'])('strict alignment: %s', async (record) => {
    const auth = await check({ ...policy(record), ...SUB }, client('sub.example.org'));
    expect(auth).toMatchObject({ spf: { result: 'pass' }, dmarc: { result: 'fail' }, senderVerified: false });
    expect(await check(policy(record))).toMatchObject({ dmarc: { result: 'pass' } });
  });

  it('enforces strict alignment of signatures', async () => {
    const zone = { ...policy('v=DMARC1; p=reject; adkim=s'), ...dkimKey('test', 'sub.example.org') };
    const auth = await check(zone, { mail: await signed(MAIL, 'sub.example.org'), client: null });
    expect(auth).toMatchObject({ dkim: [{ result: 'pass', aligned: true }], dmarc: { result: 'fail' } });
  });

  it('an invalid policy still counts as one; two count as none', async () => {
    const unreadable = await check(policy('v=DMARC1; p=perhaps'));
    expect(unreadable.dmarc).toMatchObject({ result: 'pass', policy: null });
    const two = { '_dmarc.example.org': [...txt('v=DMARC1; p=reject'), ...txt('v=DMARC1; p=none')] };
    expect((await check(two)).dmarc).toMatchObject({ result: 'none', policy: null });
  });

  it.each(['servfail', 'silent'] as const)('a %s policy is temporary', async (state) => {
    const auth = await check({ '_dmarc.example.org': state });
    expect(auth).toMatchObject({ dmarc: { result: 'temperror' }, senderVerified: false });
  });
});

describe('the author', () => {
  it.each<[string, string, string | null]>([
    ['no From', 'none', null],
    ['several', 'permerror', 'a@example.org, b@example.org'],
    ['none that can be read', 'permerror', ''],
    ['no domain', 'permerror', 'example.org'],
    ['a domain longer than names are', 'permerror', `a@${'x.'.repeat(200)}example`],
    ['an address literal', 'permerror', 'a@[192.0.2.10]'],
    ['an empty label', 'permerror', 'a@example.org.'],
    ['a name that IDNA maps to another', 'permerror', 'a@ｅxample.org'],
    ['a number that IDNA maps to an address', 'permerror', 'a@3221225994'],
  ])('%s: %s', async (_name, result, from) => {
    expect(await check({}, { from })).toMatchObject({
      dmarc: { result, domain: null, policy: null, alignment: { spf: false, dkim: false } },
      senderVerified: false,
    });
  });

  // Readers disagree on which "@" ends the local part, whether or not the first one is quoted.
  it.each([
    '"me@example.org/"@yours.example',
    'me@example.org/@yours.example',
    '"me@example.org?"@yours.example',
    'me@example.org@yours.example',
  ])('%s is no author', async (from) => {
    const auth = await check({}, { from });
    expect(auth).toMatchObject({ dmarc: { result: 'permerror', domain: null }, senderVerified: false });
  });

  it('of a bounce is aligned with the EHLO name', async () => {
    const zone = { 'mail.example.org': txt('v=spf1 +all'), ...policy('v=DMARC1; p=reject') };
    const auth = await check(zone, { client: { ...CLIENT, mailFrom: '' } });
    expect(auth).toMatchObject({
      spf: { domain: 'mail.example.org' },
      dmarc: { result: 'pass' },
      senderVerified: true,
    });
  });
});

describe('DNS', () => {
  const input = { message: null, client: CLIENT, author: { address: 'ada@example.org' }, fields: [] };
  const zone = { 'example.org': txt('v=spf1 ip4:192.0.2.0/28 ~all') };

  it('is queried once for a record that several mails need', async () => {
    const dns = await startDnsServer(zone);
    const resolver = new CachingResolver({ servers: [dns.address], queryMs: 1_000 });
    await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
    const first = dns.asked.length;
    await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
    expect(first).toBeGreaterThan(0);
    expect(dns.asked).toHaveLength(first);
    await dns.stop();
  });

  it('is queried again after a failure or a lost datagram', async () => {
    const dns = await startDnsServer({ ...zone, '_dmarc.example.org': 'servfail' }, { lossy: true });
    const resolver = new CachingResolver({ servers: [dns.address], queryMs: 100 });
    for (const failures of [1, 2]) {
      const auth = await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
      expect(auth).toMatchObject({ spf: { result: 'pass' }, dmarc: { result: 'temperror' } });
      expect(dns.asked.filter((asked) => asked === 'TXT _dmarc.example.org').length).toBeGreaterThan(failures);
    }
    expect(dns.asked.filter((asked) => asked === 'TXT example.org')).toHaveLength(2);
    await dns.stop();
  });

  it('has a cache of 500 answers that evicts the oldest', async () => {
    const dns = await startDnsServer(zone);
    const lookUp = new CachingResolver({ servers: [dns.address], queryMs: 1_000 }).until(new AbortController().signal);
    const ask = (name: string) => lookUp(name, 'TXT').catch(() => null);
    await ask('example.org');
    for (let n = 0; n < 499; n++) await ask(`n${n}.example`);
    await ask('example.org');
    expect(dns.asked).toHaveLength(500);
    await ask('n499.example');
    await ask('example.org');
    expect(dns.asked).toHaveLength(502);
    await dns.stop();
  });

  it('has one deadline per mail', async () => {
    const dns = await startDnsServer({ ...zone, 'example.org': 'silent', '_dmarc.example.org': 'silent' });
    const resolver = new CachingResolver({ servers: [dns.address], queryMs: 60_000 });
    const auth = await authenticate(input, resolver.until(AbortSignal.timeout(100)));
    expect(auth).toMatchObject({ spf: { result: 'temperror' }, dmarc: { result: 'temperror' }, senderVerified: false });
    await dns.stop();
  });
});
