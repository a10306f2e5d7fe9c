import { describe, expect, it } from 'vitest';
import { CLIENT, check, read, txt } from '../../support/check-authentication.ts';
import type { Zone } from '../../support/dns-server.ts';
import { dkimKey, handSigned, signed } from '../../support/signed-mail.ts';

/** The victim signs and publishes p=reject. The attacker's own domain passes every check. */
const ZONE: Zone = {
  ...dkimKey('test', 'victim.example'),
  '_dmarc.victim.example': txt('v=DMARC1; p=reject'),
  ...dkimKey('test', 'attacker.example'),
  'attacker.example': txt('v=spf1 ip4:192.0.2.10 -all'),
  '_dmarc.attacker.example': txt('v=DMARC1; p=reject'),
};
const ATTACKER = { ...CLIENT, mailFrom: 'eve@attacker.example' };

/** Every field that mail clients show once, and the fields that decide how they show the body. */
const FIELDS: Record<string, string> = {
  Date: 'Sat, 28 Nov 2026 10:00:00 +0000',
  From: 'Ann <ann@victim.example>',
  Sender: 'Bea <bea@victim.example>',
  'Reply-To': 'ann@victim.example',
  To: 'orders@example.com',
  Cc: 'copies@example.com',
  Bcc: 'hidden@example.com',
  'Message-ID': '<1@victim.example>',
  'In-Reply-To': '<0@example.com>',
  References: '<0@example.com>',
  Subject: 'Order',
  'MIME-Version': '1.0',
  'Content-Type': 'text/plain; charset=utf-8',
  'Content-Transfer-Encoding': '7bit',
  'Content-Disposition': 'inline',
};
const MAIL = `${Object.entries(FIELDS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}\r\nTwelve boxes.\r\n`;
const PLAIN = 'From: Ann <ann@victim.example>\r\nSubject: Order\r\nTo: orders@example.com\r\n\r\nTwelve boxes.\r\n';
const ALL = Object.keys(FIELDS).join(':');

interface Outcome {
  /** The domain that DMARC looks up; null if the mail has no clear author. */
  author: string | null;
  verified: boolean;
  ambiguous: boolean;
}
const REFUSED: Outcome = { author: 'victim.example', verified: false, ambiguous: false };
const MARKED: Outcome = { ...REFUSED, ambiguous: true };
const NOBODY: Outcome = { author: null, verified: false, ambiguous: true };
const HOLDS: Outcome = { ...REFUSED, verified: true };

async function outcomeOf(mail: string): Promise<Outcome> {
  const bytes = Buffer.from(mail, 'latin1');
  const [auth, { defects }] = [await check(ZONE, { mail: bytes, client: ATTACKER }), await read(bytes)];
  return {
    author: auth.dmarc.domain,
    verified: auth.senderVerified,
    ambiguous: defects.some(({ code }) => code === 'mime.ambiguous'),
  };
}

const tagsOf = (domain: string) => `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=test`;
const signedBy = (domain: string, mail: string, names: string) =>
  handSigned(mail, `${tagsOf(domain)}; h=${names.toLowerCase()}; bh={bh}; b={b}`);
const byVictim = async (mail = MAIL, names = ALL) => signedBy('victim.example', mail, names);
const inFront = (lines: string) => async () => `${lines}\r\n${await byVictim()}`;

type Attack = [form: string, mail: () => Promise<string>, outcome: Outcome];

describe('a signed mail of another sender, changed in transit', () => {
  const repeated = Object.keys(FIELDS).map((name): Attack => {
    const outcome = name === 'From' ? NOBODY : name === 'MIME-Version' ? REFUSED : MARKED;
    return [`a second ${name} in front`, inFront(`${name}: ${FIELDS[name]}x`), outcome];
  });
  it.each<Attack>([
    ['nothing changed', byVictim, HOLDS],
    ...repeated,
    ['a second Subject in capitals', inFront('SUBJECT: Pay me'), MARKED],
    ['a second Subject with a blank in front of its colon', inFront('Subject : Pay me'), MARKED],
    ['a second Subject with a tab in front of its colon', inFront('Subject\t: Pay me'), MARKED],
    ['a second Subject that is folded at once', inFront('Subject:\r\n Pay me'), MARKED],
    ['a second Subject that ends in LF', async () => `Subject: Pay me\n${await byVictim()}`, MARKED],
    ['a second Subject that is the same', inFront('Subject: Order'), MARKED],
    ['a second Subject in 8-bit bytes', inFront('Subject: \xfcber'), MARKED],
    ['a second Subject behind a blank at the very beginning', inFront(' Subject: Pay me'), MARKED],
    [
      'a second Subject at the end',
      async () => (await byVictim()).replace('\r\n\r\n', '\r\nSubject: x\r\n\r\n'),
      MARKED,
    ],
    ['another Subject', async () => (await byVictim()).replace('Subject: Order', 'Subject: Pay me'), REFUSED],
    [
      'the Subject in another case',
      async () => (await byVictim()).replace('Subject: Order', 'Subject: order'),
      REFUSED,
    ],
    ['the Subject with a form feed for a blank', async () => formFeed(), REFUSED],
    ['a byte order mark and a Subject in front', inFront('\xef\xbb\xbfSubject: Pay me'), MARKED],
    ['text appended', async () => `${await byVictim()}PS\r\n`, REFUSED],
    ['text appended to a body that is signed in part', () => appended(), REFUSED],
    ['another Content-Type', async () => (await byVictim()).replace('text/plain', 'text/html'), REFUSED],
    ['a field that occurs as often as it is signed, twice', () => twice(), { ...HOLDS, ambiguous: true }],
  ])('%s', async (_form, mail, outcome) => {
    expect(await outcomeOf(await mail())).toEqual(outcome);
  });

  /** The signature covers a space; in mailauth's relaxed form a form feed canonicalises to the same. */
  const formFeed = async () => (await byVictim(MAIL.replace('Order', 'An order'))).replace('An order', 'An\forder');
  const appended = async () => `${await signed(MAIL, 'victim.example', { maxBodyLength: 15 })}PS\r\n`;
  const twice = () => byVictim(`Subject: Order\r\n${MAIL}`, `${ALL}:Subject`);

  it.each([
    ['a bare CR', 'X: a\rSubject: Pay me\r\rPay me.'],
    ['a line that is no field', 'Subject: Pay me\r\nPay me.'],
    ['CR CR LF', 'Subject: Pay me\r\n\r\r\nPay me.'],
    ['a name with NUL', 'Subject\0: Pay me'],
    ['a name with a no-break space', 'Subject\xa0: Pay me'],
    ['an mbox line', 'From ann@victim.example Sat Nov 28 10:00:00 2026'],
  ])('a header that ends for one reader and continues for another: %s', async (_form, front) => {
    expect(await outcomeOf(await inFront(front)())).toMatchObject({ verified: false });
  });
});

describe('a field that the signer did not sign', () => {
  const TAGS = tagsOf('victim.example');
  const few = (mail: string) => byVictim(mail, 'From:Subject');
  const first = async (mail: string) => (await check(ZONE, { mail, client: ATTACKER })).dkim[0];

  it.each([
    ['Reply-To: eve@attacker.example', 'reply-to'],
    ['Sender: eve@attacker.example', 'sender'],
    ['Cc: eve@attacker.example', 'cc'],
    ['Content-Type: text/html', 'content-type'],
  ])('%s, added: the signature passes, and does not cover it', async (field, name) => {
    const mail = `${field}\r\n${await few(PLAIN)}`;
    expect(await outcomeOf(mail)).toEqual(HOLDS);
    expect(await first(mail)).toMatchObject({ result: 'pass', signedFields: ['from', 'subject'] });
    expect((await first(mail))?.signedFields).not.toContain(name);
  });

  it('and that occurs twice invalidates the signature', async () => {
    const mail = `To: eve@attacker.example\r\n${await few(PLAIN)}`;
    expect(await outcomeOf(mail)).toEqual(MARKED);
    expect(await first(mail)).toMatchObject({
      result: 'permerror',
      signedFields: [],
      detail: expect.stringMatching(/^to /),
    });
  });

  it('cannot be added when the signature covers its absence', async () => {
    const mail = handSigned(PLAIN, `${TAGS}; h=from:subject:to:reply-to; bh={bh}; b={b}`);
    expect(await outcomeOf(mail)).toEqual(HOLDS);
    expect(await outcomeOf(`Reply-To: eve@attacker.example\r\n${mail}`)).toEqual(REFUSED);
  });

  it('is signed when its name is listed more often than it occurs', async () => {
    const mail = handSigned(PLAIN, `${TAGS}; h=from:from:subject:subject:to; bh={bh}; b={b}`);
    expect(await first(mail)).toMatchObject({ result: 'pass', signedFields: ['from', 'to', 'subject'] });
    expect(await outcomeOf(`Subject: Pay me\r\n${mail}`)).toEqual(MARKED);
  });
});

describe('the tags of a signature', () => {
  const TAGS = tagsOf('victim.example');
  const H = 'h=from:subject:to';
  it.each<[string, string, Outcome]>([
    ['in order', `${TAGS}; ${H}; bh={bh}; b={b}`, HOLDS],
    ['without a version', `${TAGS.slice(5)}; ${H}; bh={bh}; b={b}`, REFUSED],
    ['of another version', `${TAGS.replace('v=1', 'v=2')}; ${H}; bh={bh}; b={b}`, REFUSED],
    ['one of them twice', `${TAGS}; ${H}; s=test; bh={bh}; b={b}`, REFUSED],
    ['that hide their end in a comment, the time it expires', `${TAGS}; ${H}; bh={bh}; b={b}(; x=1000`, REFUSED],
    ['with names in capitals', `${TAGS}; ${H.toUpperCase()}; bh={bh}; b={b}`, REFUSED],
    ['with a length in hexadecimal', `${TAGS}; ${H}; l=0xf; bh={bh}; b={b}`, REFUSED],
    ['with a length of nothing', `${TAGS}; ${H}; l=0; bh={bh}; b={b}`, REFUSED],
    ['with an identity of another domain', `${TAGS}; ${H}; i=ann@else.example; bh={bh}; b={b}`, REFUSED],
    ['with an identity of a subdomain', `${TAGS}; ${H}; i=@sub.victim.example; bh={bh}; b={b}`, HOLDS],
    ['without From', `${TAGS}; h=subject:to; bh={bh}; b={b}`, REFUSED],
    ['that have expired', `${TAGS}; ${H}; x=1000; bh={bh}; b={b}`, REFUSED],
  ])('%s', async (_form, tags, outcome) => {
    expect(await outcomeOf(handSigned(PLAIN, tags))).toEqual(outcome);
  });
});

describe('the attacker’s own mail, signed and sent by the attacker’s servers', () => {
  const from = (field: string) => async () =>
    signedBy('attacker.example', PLAIN.replace('Ann <ann@victim.example>', field), 'From');
  const own: Outcome = { author: 'attacker.example', verified: true, ambiguous: false };
  it.each<Attack>([
    ['Eve <eve@attacker.example>', from('Eve <eve@attacker.example>'), own],
    ['a name that is an address', from('"ann@victim.example" <eve@attacker.example>'), own],
    ['the victim’s address', from('ann@victim.example'), { ...REFUSED }],
    ...[
      'Ann <ann@victim.example> <eve@attacker.example>',
      'Ann <ann@victim.example> and <eve@attacker.example>',
      'ann@victim.example <eve@attacker.example>',
      'ann@victim.example eve@attacker.example',
      'ann@victim.example@attacker.example',
      '<ann@victim.example@attacker.example>',
      '"ann@victim.example"@attacker.example',
      '<@victim.example:eve@attacker.example>',
      '<ann@victim.example .attacker.example>',
      'ann@victim.example(.attacker.example)',
      'eve@attacker.example (ann@victim.example)',
      '=?utf-8?q?ann=40victim.example?=@attacker.example',
      '<=?utf-8?q?ann=40victim.example=3E?=@attacker.example>',
      '"\\" <ann@victim.example> \\"" <eve@attacker.example>',
      'ann@victim.example\0.attacker.example',
      'Group: ann@victim.example; <eve@attacker.example>',
      '<ann@victim.example,eve@attacker.example>',
      'ann@victim.example\r\n @attacker.example',
    ].map((field): Attack => [field, from(field), NOBODY]),
    ['two authors', from('ann@victim.example, eve@attacker.example'), { ...NOBODY, ambiguous: false }],
    ['a second From field', async () => `From: ann@victim.example\r\n${await from('eve@attacker.example')()}`, NOBODY],
    ['a domain that IDNA maps', from('ann@\xef\xbd\x96ictim.example'), { ...NOBODY, ambiguous: false }],
  ])('%s', async (_form, mail, outcome) => {
    expect(await outcomeOf(await mail())).toEqual(outcome);
  });
});
