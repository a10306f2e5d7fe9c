import { describe, expect, it } from 'vitest';
import { charsetOf, loadCharsets } from '../../../core/mime/charset/charset.ts';
import { decodeText, labelOf } from '../../../core/mime/charset/decode-text.ts';

const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
const decode = (latin1: string, declared: string | null, { html = false, hint = null as string | null } = {}) =>
  decodeText(bytes(latin1), labelOf(bytes(latin1), declared, html), hint);

describe('charsets', () => {
  it.each([
    ['utf-8', '\xc3\xa4', 'ä'],
    ['UTF8', '\xc3\xa4', 'ä'],
    ['"utf-8"', '\xc3\xa4', 'ä'],
    ['iso-8859-1', '\x93quoted\x94', '“quoted”'],
    ['latin1', '\xe4', 'ä'],
    ['windows-1252', '\x80', '€'],
    ['cp1251', '\xcf\xf0\xe8', 'При'],
    ['koi8-r', '\xf0\xd2\xc9', 'При'],
    ['iso-8859-15', '\xa4', '€'],
    ['ks_c_5601-1987', '\xc7\xd1\xb1\xdb', '한글'],
    ['gb2312', '\xc4\xe3', '你'],
    ['big5', '\xa7\x41', '你'],
    ['shift_jis', '\x83e\x83X\x83g', 'テスト'],
    ['cp932', '\x83e\x83X\x83g', 'テスト'],
    ['euc-jp', '\xa5\xc6\xa5\xb9\xa5\xc8', 'テスト'],
    ['iso-2022-jp', '\x1b$B%F%9%H\x1b(B!', 'テスト!'],
    ['csISO2022JP', '\x1b$B%F%9%H\x1b(B', 'テスト'],
    ['iso-2022-jp', '\x1b(I\x43\x1b(B', 'ﾃ'],
    ['iso-2022-jp-1', '\x1b$(D\x30\x21\x1b(B', '丂'],
    ['iso-2022-jp-2', '\x1b$A\x44\x63\x1b(B \x1b.A\x1bNd', '你 ä'],
    ['iso-2022-kr', '\x1b$)C\x0e\x47\x51\x31\x5b\x0f!', '한글!'],
    ['iso-2022-cn', '\x1b$)A\x0e\x44\x63\x0f', '你'],
    ['hz-gb-2312', '~{\x44\x63~} ~~', '你 ~'],
    ['ibm037', '\xc8\x85\x93\x93\x96', 'Hello'],
    ['cp500', '\x4a\x5a', '[]'],
    ['cp437', '\x84', 'ä'],
    ['utf-7', '+AOQ-', 'ä'],
    ['utf-16be', '\x00a\x00\xe4', 'aä'],
    ['macintosh', '\x8a', 'ä'],
    ['iso_8859-15:1999', '\xa4', '€'],
  ])('%s', async (label, latin1, expected) => {
    await loadCharsets([label]);
    expect(charsetOf(label)?.decode(bytes(latin1))).toBe(expected);
  });

  it.each(['x-klingon', '__proto__', 'constructor', 'hex', 'base64', 'binary', '', 'windows-:1251', 'x'.repeat(1_000)])(
    '%j is not a known charset',
    async (label) => {
      await loadCharsets([label]);
      expect(charsetOf(label)).toBeNull();
    },
  );
});

describe('a long text', () => {
  it.each([
    ['windows-1252', '\x93quoted\x94'],
    ['ibm1140', '\xc8\x9f'],
    ['iso-2022-jp', '\x1b(I\x43\x1b(J\\~\x1b(B!'],
    ['hz-gb-2312', '~~ ~\n~{\x44\x63~}'],
    ['utf-7', '+AOQ- +2D3cSw-\n'],
  ])('is decoded like a short one: %s', async (label, latin1) => {
    await loadCharsets([label]);
    const long = charsetOf(label)?.decode(bytes(latin1.repeat(20_000)));
    expect(long === charsetOf(label)?.decode(bytes(latin1)).repeat(20_000)).toBe(true);
  });
});

describe('decodeText', () => {
  it.each([
    ['ASCII', 'plain', null, 'us-ascii', null],
    ['undeclared UTF-8', '\xc3\xa4', null, 'utf-8', null],
    ['undeclared 8-bit text', '\xe4', null, 'windows-1252', null],
    ['undeclared ISO-2022-JP', '\x1b$B%F\x1b(B', null, 'iso-2022-jp', null],
    ['UTF-8 declared as ASCII', '\xc3\xa4', 'us-ascii', 'utf-8', 'mime.charset_invalid'],
    ['Latin-1 declared as UTF-8', 'Fr\xf6sche', 'utf-8', 'windows-1252', 'mime.charset_invalid'],
    ['damaged UTF-8', '\xc3\xa4\xc3\xa4\xc3', 'utf-8', 'utf-8', 'mime.charset_invalid'],
    ['ISO-2022-JP declared as UTF-8', '\x1b$B%F\x1b(B', 'utf-8', 'iso-2022-jp', 'mime.charset_invalid'],
    ['an unknown charset', '\xc3\xa4', 'x-klingon', 'utf-8', 'mime.charset_unknown'],
    ['a byte order mark', '\xff\xfea\0', 'utf-8', 'utf-16le', null],
  ])('reads %s', async (_name, latin1, declared, used, defect) => {
    expect(await decode(latin1, declared)).toMatchObject({ used, defect });
  });

  it.each([
    ['one bad byte beside one good character', 'caf\xc3\xa9 \xa0 ok', 'café \ufffd ok'],
    ['a bad byte in front', '\xa0 \xc3\xa9', '\ufffd é'],
    ['four bad bytes beside one good character', '\xc3\xa9 \xa0\xa0\xa0\xa0', 'é \ufffd\ufffd\ufffd\ufffd'],
    ['a footer in Latin-1', 'Gr\xc3\xbc\xc3\x9fe\n-- \nM\xfcnchen', 'Grüße\n-- \nM\ufffdnchen'],
    ['typographic quotes of Windows', '\xc3\xa9t\xc3\xa9 don\x92t', 'été don\ufffdt'],
    ['a character cut in the middle of the text', 'a \xf0\x9f\x98 b', 'a \ufffd b'],
    ['a character cut at the end', 'go \xe2\x82', 'go \ufffd'],
    ['an accented letter cut at the end', 'caf\xc3', 'caf\ufffd'],
    ['a sequence that is too long', '\xc3\xa9 \xc0\xaf', 'é \ufffd\ufffd'],
    ['half a surrogate pair', '\xc3\xa9 \xed\xa0\xbd', 'é \ufffd\ufffd\ufffd'],
  ])('keeps UTF-8 with %s as UTF-8', (_name, latin1, text) => {
    for (const declared of ['utf-8', 'us-ascii', 'x-klingon', null]) {
      expect(decode(latin1, declared)).toMatchObject({ text, used: 'utf-8' });
    }
    expect(decode(latin1, 'utf-8').defect).toBe('mime.charset_invalid');
  });

  it.each([
    ['nothing in it is UTF-8', 'Fr\xf6sche', null, 'Frösche'],
    ['all it has are quotes of Windows', 'don\x92t', null, 'don’t'],
    ['it ends with a Latin-1 letter', 'caf\xe9', null, 'café'],
    ['one of its characters is UTF-8 by chance', 'D\xc9J\xc0\x85 \xe9t\xe9 No\xebl \xe0', null, 'DÉJÀ… été Noël à'],
    ['the rest of the mail is in Cyrillic', '\xd0\xd2\xc9\xd7\xc5\xd4', 'koi8-r', 'привет'],
    ['the rest of the mail is in Chinese', '\xd6\xd0\xce\xc4\xd3\xca\xbc\xfe', 'gb2312', '中文邮件'],
  ])('does not trust a declaration of UTF-8 when %s', (_name, latin1, hint, text) => {
    expect(decode(latin1, 'utf-8', { hint })).toMatchObject({ text, defect: 'mime.charset_invalid' });
  });

  it.each(['gb2312', 'big5', 'euc-kr', 'euc-jp', 'iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312'])(
    'reads as UTF-8 what is declared %s and cannot be that',
    (declared) => {
      const text = 'Grüße – „Zürich“';
      const latin1 = Buffer.from(text).toString('latin1');
      expect(decode(latin1, declared)).toMatchObject({ text, used: 'utf-8', defect: 'mime.charset_invalid' });
    },
  );

  it('takes the charset from the HTML when nothing else names one', async () => {
    const html = { html: true, hint: null };
    const meta = '<html><head><meta charset="koi8-r"></head>\xf0';
    expect(await decode(meta, null, html)).toMatchObject({ used: 'koi8-r' });
    expect(await decode(meta, 'iso-8859-1', html)).toMatchObject({ used: 'windows-1252' });
    const equiv = '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">\xcf';
    expect(await decode(equiv, null, html)).toMatchObject({ used: 'windows-1251' });
  });

  it('prefers the charset of the rest of the mail to a guess', async () => {
    expect(await decode('\xf0\xd2\xc9', null, { html: false, hint: 'koi8-r' })).toMatchObject({ text: 'При' });
  });
});
