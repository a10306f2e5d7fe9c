import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import Joi from 'joi';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFromCache } from '../../../core/build/bundle.ts';
import lean from '../../../core/build/mailauth/joi.cjs';
import { authorOf } from '../../../core/mail/author.ts';
import { Authentication } from '../../../lambda/parser/authentication/authentication.ts';
import { CLIENT, check, MAIL, read, txt } from '../../support/check-authentication.ts';
import { startDnsServer } from '../../support/dns-server.ts';
import { dkimKey, sealed, signed } from '../../support/signed-mail.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = temporaryDirectory();
let entry: URL;
beforeAll(async () => {
  entry = pathToFileURL(join(await bundleFromCache('parser', path('parser')), '../authentication.mjs'));
});

const ZONE = {
  ...dkimKey('test', 'example.org'),
  ...dkimKey('test', 'forwarder.test'),
  'example.org': txt('v=spf1 ip4:192.0.2.0/28 ~all'),
  '_dmarc.example.org': txt('v=DMARC1; p=reject'),
};

describe('the bundle of the authentication thread gives the same verdicts as mailauth with all of its packages:', () => {
  const multipart = (contentType: string) => MAIL.replace('Subject', `Content-Type: ${contentType}\r\nSubject`);
  const mails = {
    'a signed mail': signed(MAIL, 'example.org'),
    'a mail signed and sealed': signed(MAIL, 'example.org').then((mail) => sealed(mail, 'forwarder.test')),
    'a mail whose body was changed': signed(MAIL, 'example.org').then((mail) => mail.replace('Twelve', 'Eleven')),
    'a mail with a type in Japanese': signed(
      multipart("text/plain; name*=iso-2022-jp''%1b$B%46%39%1b(B; charset=iso-2022-jp"),
      'example.org',
    ),
    'a mail with encoded words in its type': signed(
      multipart('text/plain; name="=?euc-jp?B?pcalqQ==?= =?koi8-r?Q?=F0?="'),
      'example.org',
    ),
  };

  it.each(Object.entries(mails))('%s', async (_name, mail) => {
    const bytes = Buffer.from(await mail);
    const dns = await startDnsServer(ZONE);
    const thread = new Authentication(entry, [dns.address]);
    const content = await read(bytes);
    const auth = await thread.check({
      open: async () => Readable.from([bytes]),
      client: CLIENT,
      author: authorOf(content),
      fields: content.headers.map(({ name }) => name),
      deadlineMs: 60_000,
      signal: new AbortController().signal,
    });
    await dns.stop();
    expect(auth).toEqual(await check(ZONE, { mail: bytes, from: 'ada@example.org' }));
    expect(auth.spf.result).toBe('pass');
  });
});

describe('the replacement for joi accepts what joi accepts:', () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9_.%é:@-]{0,70}$/);
  const schemas = (from: typeof lean) => ({
    domain: from.string().domain({ allowUnicode: false, tlds: false }),
    base64: from.string().base64({ paddingRequired: false }),
  });
  const [own, joi] = [schemas(lean), schemas(Joi)];

  it('domains', () => {
    const domains = fc.oneof(
      fc.domain(),
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(
        fc.oneof(domains, fc.constantFrom('', '-', 'a.b', 'xn--a.test', '1.2.3.4', `${'a'.repeat(64)}.b`)),
        (domain) => {
          expect(own.domain.validate(domain).error === undefined).toBe(joi.domain.validate(domain).error === undefined);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('keys in base64', () => {
    const keys = fc.oneof(fc.base64String(), fc.string(), fc.stringMatching(/^[A-Za-z0-9+/]{0,40}={0,3}$/));
    fc.assert(
      fc.property(keys, (key) => {
        expect(own.base64.validate(key).error === undefined).toBe(joi.base64.validate(key).error === undefined);
      }),
      { numRuns: 20_000 },
    );
  });
});
