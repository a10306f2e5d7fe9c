import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import libraryTlsOptions from 'smtp-server/lib/tls-options.js';
import { describe, expect, it } from 'vitest';
import { jsonLog } from '../../core/log/log.ts';
import { type Certificate, daysLeft, readCertificates } from '../../edge-mta/tls/certificate.ts';
import { CertificateWatch } from '../../edge-mta/tls/certificate-watch.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { ServerNames } from '../../edge-mta/tls/server-names.ts';

const own = selfSignedCertificate('mx.ours.test');
const other = selfSignedCertificate('mx.other.test');
const issuer = selfSignedCertificate('ca.test');

describe('selfSignedCertificate', () => {
  it('covers the host, is self-signed, and is valid for a year', () => {
    const certificate = new X509Certificate(own.chain);
    expect(certificate.subjectAltName).toBe('DNS:mx.ours.test');
    expect(certificate.subject).toBe('CN=mx.ours.test');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('mx.ours.test')).toBe('mx.ours.test');
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(360);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(() => createSecureContext({ cert: own.chain, key: own.key })).not.toThrow();
  });

  it('is different each time', () => {
    const again = selfSignedCertificate('mx.ours.test');
    expect(again.key).not.toBe(own.key);
    expect(new X509Certificate(again.chain).serialNumber).not.toBe(new X509Certificate(own.chain).serialNumber);
  });

  it('covers an address when there is no name', () => {
    const { chain } = selfSignedCertificate('127.0.0.1');
    expect(new X509Certificate(chain).subjectAltName).toBe('IP Address:127.0.0.1');
    expect(new X509Certificate(selfSignedCertificate('::1').chain).checkIP('::1')).toBe('::1');
  });

  it('supports a host name longer than a common name allows', () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.test`;
    expect(new X509Certificate(selfSignedCertificate(name).chain).subjectAltName).toBe(`DNS:${name}`);
  });
});

describe('daysLeft', () => {
  it('counts whole days until the first certificate expires', () => {
    const short = selfSignedCertificate('mx.ours.test', 10);
    expect(daysLeft([own])).toBe(364);
    expect(daysLeft([own, short])).toBe(9);
    expect(daysLeft([own, short], Date.now() + 9.5 * 86_400_000)).toBe(0);
    expect(daysLeft([own, short], Date.now() + 50 * 86_400_000)).toBe(0);
  });
});

describe('readCertificates', () => {
  it('reads chain and key from one text, in any order and with other text between', () => {
    const pem = `${own.key}\nsubject=mx\n${own.chain}${other.chain}`;
    expect(readCertificates(pem, 'the test')).toEqual([{ chain: own.chain + other.chain, key: own.key.trim() }]);
  });

  it.each([
    ['each behind its certificate', own.chain + own.key + other.chain + issuer.chain + other.key],
    ['all of them last', own.chain + other.chain + issuer.chain + other.key + own.key],
    ['all of them first', own.key + other.key + own.chain + other.chain + issuer.chain],
  ])('pairs several certificates with their keys and chains, the keys %s', (_, pem) => {
    expect(readCertificates(pem, 'the test')).toEqual([
      { chain: own.chain, key: own.key.trim() },
      { chain: other.chain + issuer.chain, key: other.key.trim() },
    ]);
  });

  it.each([
    ['no certificate', own.key, /contains no certificate/],
    ['no key', own.chain, /contains no private key/],
    ['the key of another certificate', own.chain + other.key, /put the server’s own certificate before/],
    ['a key without its certificate', own.chain + own.key + other.key, /no certificate matches private key 2/],
    ['the chain in the wrong order', other.chain + own.chain + own.key, /put the server’s own certificate before/],
    ['a broken certificate', own.chain.replace(/[A-Z]/g, 'A') + own.key, /cannot be used/],
    [
      'an encrypted key',
      `${own.chain}-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----`,
      /cannot be used/,
    ],
  ])('refuses %s', (_, pem, message) => {
    expect(() => readCertificates(pem, 'the test')).toThrow(message);
  });

  it('refuses the key that ships inside smtp-server, in any form', () => {
    const { key, cert } = libraryTlsOptions();
    expect(() => readCertificates(`${key}\n${cert}`, 'the test')).toThrow(/test key of smtp-server/);
  });
});

describe('ServerNames', () => {
  const wildcard = selfSignedCertificate('*.wild.test');

  it('falls back to the certificate of the host, whatever its position', () => {
    expect(new ServerNames([other, own], 'mx.ours.test').fallback).toEqual([own]);
    expect(new ServerNames([other, wildcard], 'mx.wild.test').fallback).toEqual([wildcard]);
  });

  it('falls back to the first certificate when none covers the host, one per key type', () => {
    const twin = selfSignedCertificate('mx.other.test');
    expect(new ServerNames([other, own, twin], 'mx.elsewhere.test').fallback).toEqual([other]);
  });

  it('finds a name in any case, and one label under a wildcard', () => {
    const names = new ServerNames([own, other, wildcard], 'mx.ours.test');
    expect(names.contextsFor('MX.Other.Test')).toHaveLength(1);
    expect(names.contextsFor('mx.wild.test')).toHaveLength(1);
    expect(names.contextsFor('mx.wild.test')[0]).not.toBe(names.contextsFor('mx.other.test')[0]);
    const unknown = ['mx.ours.test', 'deep.mx.wild.test', 'wild.test', '', '*', '.', '__proto__'];
    for (const name of unknown) expect(names.contextsFor(name)).toEqual([]);
  });
});

describe('CertificateWatch', () => {
  const [first, second, third] = ['one', 'two', 'three'].map((name) => [{ chain: name, key: name }]);

  /** A watch whose source responds when the test says so, in any order. */
  function watching() {
    const used: (readonly Certificate[])[] = [];
    const answers: { resolve: (found: Certificate[]) => void; reject: (error: Error) => void }[] = [];
    const source = () => new Promise<Certificate[]>((resolve, reject) => answers.push({ resolve, reject }));
    const watch = new CertificateWatch(
      source,
      first ?? [own],
      (found) => used.push(found),
      jsonLog('test', () => {}),
    );
    return { watch, used, answers };
  }

  it('ignores an older reload that finishes after a newer one', async () => {
    const { watch, used, answers } = watching();
    const reloads = [watch.reload(), watch.reload()];
    answers[1]?.resolve(third ?? [own]);
    await reloads[1];
    answers[0]?.resolve(second ?? [own]);
    await Promise.all(reloads);
    expect(used).toEqual([third]);
  });

  it('installs the result of the older reload when the newer one fails', async () => {
    const { watch, used, answers } = watching();
    const reloads = [watch.reload(), watch.reload()];
    answers[1]?.reject(new Error('gone'));
    answers[0]?.resolve(second ?? [own]);
    await Promise.all(reloads);
    expect(used).toEqual([second]);
  });
});
