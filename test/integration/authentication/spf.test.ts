import { expect, it } from 'vitest';
import { CLIENT, check, txt } from '../../support/check-authentication.ts';
import type { Zone } from '../../support/dns-server.ts';

const from = (domain: string) => ({ ...CLIENT, mailFrom: `a@${domain}` });
const includes = (count: number) => Array.from({ length: count }, (_, n) => `include:i${n}.example.org`).join(' ');
const ZONE: Zone = {
  'strict.example.org': txt('v=spf1 -all'),
  'neutral.example.org': txt('v=spf1 ?all'),
  'broken.example.org': txt('v=spf1 ip4:not-an-address -all'),
  'loop.example.org': txt('v=spf1 include:loop.example.org -all'),
  'two.example.org': [...txt('v=spf1 +all'), ...txt('v=spf1 -all')],
  'ten.example.org': txt(`v=spf1 ${includes(10)} ip4:192.0.2.10 -all`),
  'eleven.example.org': txt(`v=spf1 ${includes(11)} ip4:192.0.2.10 -all`),
  'void.example.org': txt('v=spf1 a:v1.example.org a:v2.example.org a:v3.example.org ip4:192.0.2.10 -all'),
  ...Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`i${n}.example.org`, txt('v=spf1 ip4:198.51.100.1')])),
  'mx.example.org': [...txt('v=spf1 mx -all'), { type: 'MX', data: 'relay.example.org' }],
  'relay.example.org': [
    { type: 'A', data: '192.0.2.10' },
    { type: 'AAAA', data: '2001:db8::10' },
  ],
  'six.example.org': txt('v=spf1 ip6:2001:db8::/64 -all'),
  'mail.example.org': [...txt('v=spf1 a -all'), { type: 'A', data: '192.0.2.10' }],
  'silent.example.org': 'silent',
  'failing.example.org': 'servfail',
  'empty.example.org': [{ type: 'A', data: '192.0.2.10' }],
};

it.each([
  ['pass', CLIENT, 'example.org'],
  ['softfail', { ...CLIENT, remoteAddress: '198.51.100.1' }, 'example.org'],
  ['fail', from('strict.example.org'), 'strict.example.org'],
  ['neutral', from('neutral.example.org'), 'neutral.example.org'],
  ['permerror', from('broken.example.org'), 'broken.example.org'],
  ['permerror', from('loop.example.org'), 'loop.example.org'],
  ['permerror', from('two.example.org'), 'two.example.org'],
  // RFC 7208 section 4.6.4 allows ten terms that query DNS and two void lookups.
  ['pass', from('ten.example.org'), 'ten.example.org'],
  ['permerror', from('eleven.example.org'), 'eleven.example.org'],
  ['permerror', from('void.example.org'), 'void.example.org'],
  ['temperror', from('silent.example.org'), 'silent.example.org'],
  ['temperror', from('failing.example.org'), 'failing.example.org'],
  ['none', from('empty.example.org'), 'empty.example.org'],
  ['none', from('nobody.example'), 'nobody.example'],
  ['pass', from('mx.example.org'), 'mx.example.org'],
  ['pass', { ...from('mx.example.org'), remoteAddress: '2001:db8::10' }, 'mx.example.org'],
  ['pass', { ...from('six.example.org'), remoteAddress: '2001:db8::7' }, 'six.example.org'],
  ['fail', { ...from('six.example.org'), remoteAddress: '2001:db8:0:1::7' }, 'six.example.org'],
  // An IPv4 address as a dual-stack socket reports it.
  ['pass', { ...CLIENT, remoteAddress: '::ffff:192.0.2.10' }, 'example.org'],
  // For the null reverse-path, SPF checks postmaster at the EHLO name (RFC 7208 section 2.4).
  ['pass', { ...CLIENT, mailFrom: '' }, 'mail.example.org'],
  ['fail', { ...CLIENT, mailFrom: '', remoteAddress: '198.51.100.1' }, 'mail.example.org'],
  ['none', { ...CLIENT, mailFrom: '', helo: '[192.0.2.10]' }, '[192.0.2.10]'],
])('SPF: %s of %o', async (result, client, domain) => {
  const { spf } = await check(ZONE, { client });
  expect(spf).toMatchObject({ result, domain });
  expect(spf.detail).toMatch(/./);
});

it('SPF: a mail not received over SMTP has no result', async () => {
  expect((await check({}, { client: null })).spf).toMatchObject({ result: 'none', domain: null });
});
