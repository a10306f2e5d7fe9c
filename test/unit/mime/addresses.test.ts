import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../../core/mime/header/addresses.ts';

const parse = (raw: string) => parseAddresses(Buffer.from(raw).toString('latin1'), null, 1_000);
/** Each address as `name<address>group`. */
const shown = (raw: string) =>
  parse(raw).addresses.map(({ name, address, group }) => `${name}<${address}>${group === null ? '' : ` in ${group}`}`);

describe('parseAddresses', () => {
  it.each([
    ['a@example.com', ['<a@example.com>']],
    ['A B <a@example.com>', ['A B<a@example.com>']],
    ['"B, A" <a@example.com>, c@example.com', ['B, A<a@example.com>', '<c@example.com>']],
    ['"Joe Q. \\"Quotes\\" Public" <j@x>', ['Joe Q. "Quotes" Public<j@x>']],
    ['a@x (A Name)', ['A Name<a@x>']],
    ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete<pete@silly.test>']],
    [
      "A Group(Some people):Chris Jones <c@(Chris's host.)public.example>, joe@x;",
      ['Chris Jones<c@public.example> in A Group', '<joe@x> in A Group'],
    ],
    ['undisclosed-recipients:;', []],
    ['Outer: a@x, b@x; c@x', ['<a@x> in Outer', '<b@x> in Outer', '<c@x>']],
    ['<@relay1,@relay2:user@host>', ['<user@host>']],
    ['"john doe"@example.com', ['<"john doe"@example.com>']],
    ['Mary <mary @ example.com>', ['Mary<mary@example.com>']],
    ['a@x; b@x', ['<a@x>', '<b@x>']],
    ['A <a@x> B <b@x>', ['A<a@x>', 'B<b@x>']],
    ['a@x b@x', ['<a@x>', '<b@x>']],
    ['user@example.com <User>', ['User<user@example.com>']],
    ['a@[IPv6:2001:db8::1]', ['<a@[IPv6:2001:db8::1]>']],
    ['Nobody', ['Nobody<>']],
    ['Name <', ['Name<>']],
    ['=?utf-8?q?Z=C3=B6e?= <z@x>', ['Zöe<z@x>']],
    ['=?utf-8?q?Doe,_John?= <j@x>', ['Doe, John<j@x>']],
    ['"=?iso-8859-1?q?J=F6rg?=" <j@x>', ['Jörg<j@x>']],
    ['Jörg <jörg@müller.example>', ['Jörg<jörg@müller.example>']],
    ['=?utf-8?b?PGV2aWxAeD4=?= <a@x>', ['<evil@x><a@x>']],
    ['', []],
    [' , ,', []],
  ] as [string, string[]][])('reads %s', (raw, expected) => {
    expect(shown(raw)).toEqual(expected);
  });

  it('never makes an address of the content of an encoded word', () => {
    expect(parse('=?utf-8?q?Evil_=3Cevil=40x=3E?=').addresses).toMatchObject([{ name: 'Evil <evil@x>', address: '' }]);
  });

  it('finds the plus tag of an address', () => {
    expect(parse('a+tag+more@x, +b@x, c+@x').addresses.map(({ plusTag }) => plusTag)).toEqual(['tag+more', null, null]);
  });

  it('stops at its limit and names what is not an address', () => {
    expect(parseAddresses('a@x, '.repeat(10), null, 3)).toMatchObject({ addresses: { length: 3 }, tooMany: true });
    expect(parse('nobody, a@x').invalid).toEqual(['nobody']);
  });

  it('does not change Object.prototype for hostile names', () => {
    expect(shown('__proto__: constructor@x;')).toEqual(['<constructor@x> in __proto__']);
  });
});
