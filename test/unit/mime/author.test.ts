import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../../core/mime/header/addresses.ts';
import { readAuthor } from '../../../core/mime/header/author.ts';
import { cpuTimed } from '../../support/cpu-time.ts';

const raw = (field: string) => Buffer.from(field).toString('latin1');
const read = (...fields: string[]) => readAuthor(fields.map(raw));

describe('a From field has one author', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['Ada Lovelace <ada@example.org>', 'ada@example.org'],
    ['"Lovelace, Ada" <ada@example.org>', 'ada@example.org'],
    ['"Ada \\"Countess\\" Lovelace" <ada@example.org>', 'ada@example.org'],
    ['"eve@evil.example" <ada@example.org>', 'ada@example.org'],
    ['"" <ada@example.org>', 'ada@example.org'],
    ['<ada@example.org>', 'ada@example.org'],
    ['< ada@example.org >', 'ada@example.org'],
    ['ada@example.org (Ada Lovelace)', 'ada@example.org'],
    ['Ada (via a list) <ada@example.org>', 'ada@example.org'],
    ['Ada A. Lovelace [Sales] <ada@example.org>', 'ada@example.org'],
    ['ada@example.org <Ada@Example.org>', 'Ada@Example.org'],
    ['=?utf-8?q?Doe,_J=C3=B6rg?= <j@example.org>', 'j@example.org'],
    ['=?utf-8?q?eve=40evil=2Eexample_=3Ceve=40evil=2Eexample=3E?= <ada@example.org>', 'ada@example.org'],
    ['Jörg <jörg@bücher.example>', 'jörg@bücher.example'],
    ['ada..l.@example.org', 'ada..l.@example.org'],
    ['"ada.l"@example.org', '"ada.l"@example.org'],
    ['Ada <ada@example.org>, ', 'ada@example.org'],
  ])('%s', (field, address) => {
    expect(read(field)).toEqual({ author: { address }, invalid: false, ambiguous: false });
  });

  it('although its name is in another charset', () => {
    expect(readAuthor(['J\xf6rg <j@example.org>'])).toMatchObject({ author: { address: 'j@example.org' } });
    expect(readAuthor(['J <j\xf6rg@example.org>'])).toEqual({ author: 'unclear', invalid: true, ambiguous: true });
  });
});

it.each([
  ['several', 'ada@example.org, bob@example.org'],
  ['a list that is empty', ','],
])('there is no author and no defect: %s', (_name, field) => {
  expect(read(field)).toEqual({ author: 'unclear', invalid: false, ambiguous: false });
});

it('a mail without From has no author', () => {
  expect(read()).toEqual({ author: 'none', invalid: false, ambiguous: false });
});

describe('an irregular From field in which readers find no other author is not verified', () => {
  it.each([
    'Ada <ada@example.org',
    'Ada Lovelace ada@example.org',
    'Lovelace, Ada <ada@example.org>',
    'Sales: Ada <ada@example.org>;',
    'Ada <ada@example.org>;',
    'Ada (a (b) c) <ada@example.org>',
    'Ada',
    '<>',
  ])('%s', (field) => {
    expect(read(field)).toEqual({ author: 'unclear', invalid: true, ambiguous: false });
  });
});

describe('a From field in which readers could find different authors is ambiguous', () => {
  it.each([
    'X <a@victim.example> <b@attacker.example>',
    'X <a@victim.example> and <b@attacker.example>',
    'a@victim.example <b@attacker.example>',
    'a@victim.example b@attacker.example',
    '<a@victim.example,b@attacker.example>',
    '<a@victim.example b@attacker.example>',
    'a@victim.example@attacker.example',
    '<a@victim.example@attacker.example>',
    '<a@victim.example .attacker.example>',
    '<a @ victim.example>',
    'ada lovelace@victim.example <>',
    '<ada lovelace@victim.example>',
    '<<a@victim.example>>',
    '<a@victim.example<b@attacker.example>>',
    '<a@[victim.example]attacker.example>',
    'a@victim.example(.attacker.example)',
    'a@victim.example(c).attacker.example',
    '<a@victim.example(c).attacker.example>',
    'a(c)@victim.example',
    'b@attacker.example (a@victim.example)',
    'b@attacker.example (<a@victim.example>)',
    '<@victim.example:b@attacker.example>',
    '<@victim.example,@x.example:b@attacker.example>',
    '"a@victim.example"@attacker.example',
    '"a@victim.example> "@attacker.example',
    '"ada lovelace"@attacker.example',
    '"\\" <a@victim.example> \\"" <b@attacker.example>',
    '"x" <a@victim.example> "y" <b@attacker.example>',
    '=?utf-8?q?a=40victim.example?=@attacker.example',
    '<=?utf-8?q?a=40victim.example=3E?=@attacker.example>',
    '=?utf-8?q?<a@victim.example>?= <b@attacker.example>',
    '=?utf-8?q?x <a@victim.example> ?= <b@attacker.example>',
    'a@victim\0.example',
    'a@victim.example\x01.attacker.example',
    'a@victim.example\r.attacker.example',
    'Group: a@victim.example, b@attacker.example;',
    'Group: a@victim.example; <b@attacker.example>',
    'a@victim.example; b@attacker.example',
    'a@victim.example \\ <b@attacker.example>',
    '"a <a@victim.example>, b <b@attacker.example>',
    // Python reads the quoted address if a bracket, or an encoded word with a comma, follows it.
    '"a@victim.example" [x] <b@attacker.example>',
    '"a <a@victim.example>" =?utf-8?q?x,y?= <b@attacker.example>',
    '"x"b@attacker.example <b@attacker.example>',
    '"Ada <ada@example.org>"',
    '[x <a@victim.example> ] <b@attacker.example>',
  ])('%s', (field) => {
    expect(read(field)).toEqual({ author: 'unclear', invalid: true, ambiguous: true });
  });

  it('when there are two From fields', () => {
    expect(read('a@victim.example', 'b@attacker.example')).toMatchObject({ author: 'unclear', ambiguous: true });
  });
});

it('the author is the displayed address, whatever surrounds it', () => {
  const piece = fc.constantFrom(
    ...['""', '"', '<x@d>', '<', ' ', 'x@d', '>', '(c)', 'a', '\\', ',', '=?utf-8?q?a?=', '=?utf-8?q?a', '?='],
    ...['[', ']', ':', ';', '@', 'y@e', '"n"', '.', '"y@e"'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const { author } = read(pieces.join(''));
      if (typeof author === 'string') return;
      expect(parseAddresses(pieces.join(''), null, 10)).toMatchObject({ addresses: [author], invalid: [] });
    }),
    { numRuns: 5_000 },
  );
});

it.each(['"\\"', '=?x?q?', '(', '<', 'a@b ', ' ', '"', '[', '=?', 'a@'])(
  'reading a From field of 128 KB of %s takes little time',
  async (piece) => {
    const field = piece.repeat(128_000 / piece.length);
    const { result, ms } = await cpuTimed(async () => [read(field), read(field.slice(0, 2_000))]);
    expect(result).toMatchObject([{ author: 'unclear' }, { author: 'unclear' }]);
    expect(ms).toBeLessThan(500);
  },
);
