import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CertificateState, ManagedCertificate } from '../../core/aws/certificate-manager.ts';
import { jsonLog } from '../../core/log/log.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { FIRST_SECRET } from '../../core/settings/certificate.ts';
import { type Certificate, readCertificates } from '../../edge-mta/tls/certificate.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type RenewDeps, renew } from '../../lambda/certificate/renew.ts';

const HOST = 'mx.example.com';
const FIRST = FIRST_SECRET.template;
const DAY_MS = 86_400_000;
const first = selfSignedCertificate(HOST);
const second = selfSignedCertificate(HOST);
const foreign = selfSignedCertificate('mx.example.net');

/** In the format of ACM. */
const serialOf = ({ chain }: Certificate) =>
  new X509Certificate(chain).serialNumber.toLowerCase().replace(/..(?=.)/g, '$&:');

const encrypted = ({ key }: Certificate, passphrase: string) =>
  createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();

const textOf = ({ chain, key }: Certificate) => `${chain}${key}`;

/** One run, with `text` in the secret and `issued` in ACM. */
async function run(text: string, issued: Certificate, changes: Partial<ManagedCertificate & RenewDeps> = {}) {
  const passphrases: string[] = [];
  const lines: string[] = [];
  let held = text;
  const deps: RenewDeps = {
    managed: {
      state: () => Promise.resolve(state(issued)),
      export: (passphrase) => {
        passphrases.push(passphrase);
        return Promise.resolve({ chain: issued.chain, encryptedKey: encrypted(issued, passphrase) });
      },
      ...changes,
    },
    secret: {
      read: () => Promise.resolve(held),
      write: (written) => {
        held = written;
        return Promise.resolve();
      },
    },
    hostname: HOST,
    log: jsonLog('certificate', (line) => lines.push(line)),
    now: () => new Date(),
    ...changes,
  };
  const failure = await renew(deps).then(
    () => null,
    (error: unknown) => String(error),
  );
  const said = `${lines.join('')}${failure}`;
  for (const secret of ['PRIVATE KEY', ...passphrases]) expect(said).not.toContain(secret);
  return { held, failure, exports: passphrases.length, log: lines.join('') };
}

const state = (issued: Certificate, changes: Partial<CertificateState> = {}): CertificateState => ({
  status: 'ISSUED',
  serial: serialOf(issued),
  renewal: null,
  ...changes,
});

describe('the certificate function', () => {
  it('copies the first certificate, and a renewed one, to the secret that the edge reads', async () => {
    for (const before of [FIRST, textOf(first), 'what nobody can read']) {
      const { held, failure, log } = await run(before, second);
      expect(failure).toBeNull();
      const [read] = readCertificates(held, 'the test');
      expect(read?.chain).toBe(second.chain);
      expect(createPrivateKey(read?.key ?? '').equals(createPrivateKey(second.key))).toBe(true);
      expect(log).toContain('certificate renewed');
    }
  });

  it('leaves a current certificate unchanged', async () => {
    const padded = () => Promise.resolve(state(first, { serial: `00:${serialOf(first)}` }));
    expect(await run(textOf(first), first, { state: padded })).toMatchObject({
      held: textOf(first),
      failure: null,
      exports: 0,
      log: '',
    });
  });

  it('includes the chain after the certificate itself', async () => {
    const { held } = await run(FIRST, second, {
      export: (passphrase) =>
        Promise.resolve({ chain: `${second.chain}${foreign.chain}`, encryptedKey: encrypted(second, passphrase) }),
    });
    expect(readCertificates(held, 'the test')[0]?.chain).toBe(second.chain + foreign.chain);
  });

  it.each<[string, Partial<ManagedCertificate & RenewDeps>, RegExp]>([
    ['ACM does not answer', { state: () => Promise.reject(new TransientError('acm.down', 'down')) }, /down/],
    ['ACM does not export', { export: () => Promise.reject(new TransientError('acm.busy', 'busy')) }, /busy/],
    [
      'the key is under another passphrase',
      { export: () => Promise.resolve({ chain: second.chain, encryptedKey: encrypted(second, 'another') }) },
      /key cannot be decrypted/,
    ],
    [
      'the key belongs to another certificate',
      { export: (word) => Promise.resolve({ chain: second.chain, encryptedKey: encrypted(first, word) }) },
      /the key belongs to another certificate/,
    ],
    [
      'the certificate is for another host',
      { export: (word) => Promise.resolve({ chain: foreign.chain, encryptedKey: encrypted(foreign, word) }) },
      /it is not for mx\.example\.com/,
    ],
    [
      'the certificate is none',
      { export: (word) => Promise.resolve({ chain: 'none', encryptedKey: encrypted(second, word) }) },
      /it cannot be read/,
    ],
  ])('keeps the old certificate and fails when %s', async (_, changes, message) => {
    const { held, failure } = await run(textOf(first), second, changes);
    expect(held).toBe(textOf(first));
    expect(failure).toMatch(message);
  });

  it('keeps the old certificate when the secret cannot be written', async () => {
    const secret = {
      read: () => Promise.resolve(textOf(first)),
      write: () => Promise.reject(new TransientError('secretsmanager.down', 'no write')),
    };
    expect(await run(textOf(first), second, { secret })).toMatchObject({
      failure: expect.stringContaining('no write'),
    });
  });

  it('does not copy an expired certificate', async () => {
    const now = () => new Date(Date.now() + 400 * DAY_MS);
    const { held, failure } = await run(textOf(first), second, { now });
    expect(held).toBe(textOf(first));
    expect(failure).toMatch(/it expired on/);
  });

  it('waits for a certificate that is not issued yet', async () => {
    const pending = () => Promise.resolve(state(second, { status: 'PENDING_VALIDATION', serial: null }));
    expect(await run(FIRST, second, { state: pending })).toMatchObject({
      held: FIRST,
      failure: null,
      exports: 0,
      log: expect.stringContaining('"status":"PENDING_VALIDATION"'),
    });
  });

  it('warns when ACM cannot renew the certificate', async () => {
    const stuck = () => Promise.resolve(state(first, { renewal: 'PENDING_VALIDATION' }));
    expect(await run(textOf(first), first, { state: stuck })).toMatchObject({
      failure: null,
      log: expect.stringMatching(/"level":"warn".*certificate not renewed by ACM.*"renewal":"PENDING_VALIDATION"/),
    });
  });
});
