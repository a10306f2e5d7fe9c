import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, splitPath } from '../../edge-mta/commands/address.ts';
import { parseCommandLine } from '../../edge-mta/commands/command-line.ts';
import { parseMailParameters } from '../../edge-mta/commands/mail-parameters.ts';
import { replyCode } from '../../edge-mta/replies.ts';

const split = (line: string | Buffer, bracketsNeeded = true) =>
  splitPath(parseCommandLine(Buffer.from(line).toString('latin1')).argument, 'FROM', bracketsNeeded);

describe('parseCommandLine', () => {
  it.each([
    ['NOOP', 'NOOP', ''],
    ['noop \t ', 'NOOP', ''],
    ['EHLO my pc  ', 'EHLO', 'my pc'],
    ['MAIL\tFROM:<a@b.test>', 'MAIL', 'FROM:<a@b.test>'],
    ['RSET\0', null, ''],
    ['NOOP\rNOOP', null, ''],
    [' NOOP', null, 'NOOP'],
    ['constructor', null, ''],
    ['', null, ''],
  ])('reads %j', (line, verb, argument) => {
    expect(parseCommandLine(line)).toEqual({ verb, argument });
  });
});

describe('splitPath', () => {
  it.each([
    ['MAIL FROM:<a@b.test>', 'a@b.test', []],
    ['mail from: <a@b.test>', 'a@b.test', []],
    ['MAIL FROM:<>  SIZE=1 ', '', ['SIZE=1']],
    ['MAIL FROM:<"a>b <c"@d.test> SIZE=1 BODY=7BIT', '"a>b <c"@d.test', ['SIZE=1', 'BODY=7BIT']],
    ['MAIL FROM:<"a\\"b"@d.test>', '"a\\"b"@d.test', []],
  ])('reads %j', (line, path, parameters) => {
    expect(split(line)).toEqual({ path, parameters });
    expect(split(line, false)).toEqual({ path, parameters });
  });

  it.each([
    ['MAIL FROM:a@b', 'a@b', []],
    ['MAIL FROM: a@b SIZE=1', 'a@b', ['SIZE=1']],
    ['MAIL FROM:"a b"@c', '"a b"@c', []],
  ])('reads %j only when brackets are optional', (line, path, parameters) => {
    expect(split(line)).toBeNull();
    expect(split(line, false)).toEqual({ path, parameters });
  });

  it.each([
    'MAIL FROM:<a@b',
    'MAIL FROM:a@b>',
    'MAIL FROM:<a@b>x',
    'MAIL FROM:<a b@c>',
    'MAIL FROM:<"a@b>',
    'MAIL FROM:"a@b',
    'MAIL FROM:',
    'MAIL',
    'MAIL TO:<a@b>',
  ])('refuses %j', (line) => {
    expect(split(line)).toBeNull();
    expect(split(line, false)).toBeNull();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(split(Buffer.from('MAIL FROM:<\xe9@b.test>', 'latin1'))).toBeNull();
  });
});

describe('parseAddress', () => {
  it.each([
    ['', '', null],
    ['postmaster', 'postmaster', null],
    ['a.@b.test', 'a.', 'b.test'],
    ['"a b"@B.Test', 'a b', 'b.test'],
    ['"a\\@b"@c.test', 'a@b', 'c.test'],
    ['@one.test,@two.test:a@b.test', 'a', 'b.test'],
    ['jörg@bücher.test', 'jörg', 'xn--bcher-kva.test'],
    ['a@[192.0.2.1]', 'a', '[192.0.2.1]'],
    ['a@[IPv6:2001:DB8::1]', 'a', '[ipv6:2001:db8::1]'],
    ['__proto__@b.test', '__proto__', 'b.test'],
    ['a@b.test.', 'a', 'b.test'],
  ])('reads %j', (path, localPart, domain) => {
    expect(parseAddress(path)).toMatchObject({ localPart, domain });
  });

  it.each([
    'a',
    '@b.test',
    'a@',
    'a@b..test',
    'a@.test',
    'a@b.test..',
    'a@.',
    'a b@c.test',
    '"a@b.test',
    'a\u0000@b.test',
    'a\u001b@b.test',
    'a\u200b@b.test',
    `${'a'.repeat(250)}@b.test`,
    '@relay.test:',
    'a@b@c.test',
  ])('refuses %j', (path) => {
    expect(parseAddress(path)).toBeNull();
  });

  it('never lets a control character through, whatever the client sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const parsed = parseAddress(text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(parsed?.address ?? '').not.toMatch(/[\u0000-\u001f\u007f]/);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('parseMailParameters', () => {
  const read = (...words: string[]) => {
    const parsed = parseMailParameters(words, 1000);
    return 'code' in parsed ? replyCode(parsed) : parsed;
  };

  it('reads what this server announces', () => {
    expect(read('size=10', 'Body=8bitmime', 'SMTPUTF8')).toEqual({
      sent: { SIZE: '10', BODY: '8bitmime', SMTPUTF8: true },
      size: 10,
      body: '8BITMIME',
      smtpUtf8: true,
    });
    expect(read()).toEqual({ sent: {}, size: null, body: null, smtpUtf8: false });
  });

  it.each([
    [['SIZE=1001'], '552 5.3.4'],
    [['SIZE=999999999999999999999'], '501 5.5.4'],
    [['SIZE=-1'], '501 5.5.4'],
    [['SIZE='], '501 5.5.4'],
    [['SIZE'], '501 5.5.4'],
    [['SIZE=1', 'size=1'], '501 5.5.4'],
    [['BODY=BINARYMIME'], '501 5.5.4'],
    [['BODY'], '501 5.5.4'],
    [['SMTPUTF8=yes'], '501 5.5.4'],
    [['RET=FULL'], '555 5.5.4'],
    [['constructor=1'], '555 5.5.4'],
    [['=1'], '501 5.5.4'],
  ])('%j gets %s', (words, expected) => {
    expect(read(...words)).toBe(expected);
  });
});
