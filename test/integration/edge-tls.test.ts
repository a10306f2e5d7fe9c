import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { localTls } from '../../core/config/to-settings.ts';
import type { Certificate } from '../../edge-mta/tls/certificate.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type EdgeChanges, startTestEdge, type TestEdge } from '../support/edge.ts';
import { rsaCertificate } from '../support/rsa-certificate.ts';
import { missingTools } from '../support/tools.ts';

let test: TestEdge | undefined;
let directory: string | undefined;
afterEach(async () => {
  await test?.close();
  if (directory !== undefined) await rm(directory, { recursive: true });
  test = undefined;
  directory = undefined;
});

async function start(changes: EdgeChanges): Promise<TestEdge> {
  test = await startTestEdge(changes);
  return test;
}

/** The subject of the certificate that STARTTLS presents. */
async function presented(edge: TestEdge): Promise<string> {
  const client = await edge.greeted();
  await client.command('STARTTLS');
  await client.startTls();
  const { socket } = client;
  return socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.subject ?? '') : '';
}

describe('the certificate', () => {
  it('is generated for the host at startup when none is configured', async () => {
    expect(await presented(await start({}))).toBe('CN=mx.test');
  });

  it('is read from files, and a renewed one is used without a restart while sessions continue', async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-tls-'));
    const files = { certificateFile: join(directory, 'chain.pem'), keyFile: join(directory, 'key.pem') };
    const install = async (name: string) => {
      const { chain, key } = selfSignedCertificate(name);
      await writeFile(files.certificateFile, chain);
      await writeFile(files.keyFile, key);
    };
    await install('first.test');
    const edge = await start({ tls: { kind: 'files', ...files } });
    const staying = await edge.greeted();
    expect(await presented(edge)).toBe('CN=first.test');
    await install('second.test');
    await edge.edge.reloadCertificate();
    expect(await presented(edge)).toBe('CN=second.test');
    expect(await staying.command('NOOP')).toMatch(/^250 /);
    await writeFile(files.keyFile, 'half a key');
    await edge.edge.reloadCertificate();
    expect(await presented(edge)).toBe('CN=second.test');
    expect(edge.log.map(({ message }) => message)).toContain('certificate not reloaded');
  });

  it('can be read from a single file', async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-tls-'));
    const file = join(directory, 'all.pem');
    const { chain, key } = selfSignedCertificate('one.test');
    await writeFile(file, chain + key);
    const config = defineConfig({ tls: { secretFile: file } });
    expect(await presented(await start({ tls: localTls(config) }))).toBe('CN=one.test');
  });

  it('can be read from a secret', async () => {
    const { chain, key } = selfSignedCertificate('secret.test');
    const readSecret = (id: string) => Promise.resolve(id === 'arn:the-secret' ? chain + key : '');
    const edge = await start({ tls: { kind: 'secret', secretId: 'arn:the-secret' }, deps: { readSecret } });
    expect(await presented(edge)).toBe('CN=secret.test');
  });

  it('is self-signed until the secret has one, and stays when the secret is reset', async () => {
    const { chain, key } = selfSignedCertificate('issued.test');
    const first = '{"status":"no certificate yet","random":"x"}';
    let text = first;
    const readSecret = () => Promise.resolve(text);
    const edge = await start({ tls: { kind: 'secret', secretId: 's' }, deps: { readSecret } });
    expect(await presented(edge)).toBe('CN=mx.test');
    for (text of [chain + key, first]) {
      await edge.edge.reloadCertificate();
      expect(await presented(edge)).toBe('CN=issued.test');
    }
  });

  it('prevents the edge from starting when unusable', async () => {
    const tls = { kind: 'files', certificateFile: '/nowhere/chain.pem', keyFile: '/nowhere/key.pem' } as const;
    for (let turn = 0; turn < 20; turn += 1) await expect(start({ tls })).rejects.toThrow('/nowhere/chain.pem');
    const readSecret = () => Promise.resolve(selfSignedCertificate('a.test').chain);
    await expect(start({ tls: { kind: 'secret', secretId: 's' }, deps: { readSecret } })).rejects.toThrow(
      'private key',
    );
  });
});

/** The subject and key type of the certificate that a client with these options gets. */
async function shown(edge: TestEdge, options: ConnectionOptions): Promise<string> {
  const client = await edge.greeted();
  await client.command('STARTTLS');
  await client.startTls(options);
  expect(await client.command('EHLO client.test')).toMatch(/^250-mx.test/);
  const { socket } = client;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return `${certificate?.subject} ${certificate?.publicKey.asymmetricKeyType}`;
}

/** Key types that a client can verify. */
const VERIFIES = {
  rsa: { sigalgs: 'rsa_pss_rsae_sha256:RSA+SHA256' },
  ecdsa: { sigalgs: 'ecdsa_secp256r1_sha256' },
  'rsa, of old': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
  'ecdsa, of old': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
} as const satisfies Record<string, ConnectionOptions>;

const noOpenssl = missingTools('openssl');
describe.skipIf(noOpenssl)(`several certificates${noOpenssl}`, () => {
  const pem = (...certificates: Certificate[]) => certificates.map(({ chain, key }) => chain + key).join('');
  const ours = pem(rsaCertificate('mx.test'), selfSignedCertificate('mx.test'));
  const others = pem(rsaCertificate('mx.example.com'), selfSignedCertificate('mx.example.com'));

  it('serve clients that verify RSA and those that verify ECDSA, and never with the name of another', async () => {
    const edge = await start({
      tls: { kind: 'secret', secretId: 's' },
      deps: { readSecret: async () => ours + others },
    });
    for (const [kind, verifies] of Object.entries(VERIFIES)) {
      const type = kind.startsWith('rsa') ? 'rsa' : 'ec';
      for (const name of [{}, { servername: 'mx.test' }, { servername: 'unheard.of.test' }]) {
        expect(await shown(edge, { ...verifies, ...name })).toBe(`CN=mx.test ${type}`);
      }
      // For other names Node 24 offers only RSA, and never the certificate of a different name.
      const byName = shown(edge, { ...verifies, servername: 'mx.example.com' });
      const orNone = type === 'rsa' ? byName : byName.catch(() => 'CN=mx.example.com ec');
      expect(await orNone).toBe(`CN=mx.example.com ${type}`);
    }
    expect(await shown(edge, { servername: 'mx.example.com' })).toMatch(/^CN=mx\.example\.com /);
  });

  it('are rejected when one has fewer key types, so that a client could be shown the certificate of another name', async () => {
    const readSecret = async () => ours + pem(rsaCertificate('mx.example.com'));
    await expect(start({ tls: { kind: 'secret', secretId: 's' }, deps: { readSecret } })).rejects.toThrow(
      'mx.example.com has no certificate with a key of type ec, which mx.test has: add one',
    );
  });

  it('are renewed together, and all stay when one of them is unusable', async () => {
    let secret = pem(rsaCertificate('mx.test'));
    const edge = await start({ tls: { kind: 'secret', secretId: 's' }, deps: { readSecret: async () => secret } });
    await expect(shown(edge, VERIFIES.ecdsa)).rejects.toThrow();
    secret = ours + others;
    await edge.edge.reloadCertificate();
    const bothTypes = async () => {
      expect(await shown(edge, VERIFIES.ecdsa)).toBe('CN=mx.test ec');
      expect(await shown(edge, VERIFIES.rsa)).toBe('CN=mx.test rsa');
      expect(await shown(edge, { ...VERIFIES.rsa, servername: 'mx.example.com' })).toBe('CN=mx.example.com rsa');
    };
    await bothTypes();
    secret = ours + selfSignedCertificate('mx.example.com').key;
    await edge.edge.reloadCertificate();
    expect(edge.log.at(-1)).toMatchObject({ message: 'certificate not reloaded' });
    await bothTypes();
  });

  it('do not allow TLS before 1.2 for any name', async () => {
    const edge = await start({
      tls: { kind: 'secret', secretId: 's' },
      deps: { readSecret: async () => ours + others },
    });
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(shown(edge, { ...old, servername: 'mx.example.com' })).rejects.toThrow();
  });

  it('are presented to openssl s_client', async () => {
    const edge = await start({
      tls: { kind: 'secret', secretId: 's' },
      deps: { readSecret: async () => ours + others },
    });
    const client = (...args: string[]) =>
      new Promise<string>((resolve, reject) => {
        const to = ['s_client', '-starttls', 'smtp', '-connect', `127.0.0.1:${edge.edge.smtpPort}`, ...args];
        const child = execFile('openssl', to, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
        child.stdin?.end('QUIT\r\n');
      });
    expect(await client('-servername', 'mx.example.com', '-sigalgs', 'RSA-PSS+SHA256')).toMatch(
      /CN ?= ?mx\.example\.com/,
    );
    expect(await client('-servername', 'mx.test', '-sigalgs', 'ECDSA+SHA256')).toMatch(/CN ?= ?mx\.test/);
  });
});

describe('STARTTLS', () => {
  it('refuses TLS before 1.2', async () => {
    const edge = await start({});
    const client = await edge.greeted();
    await client.command('STARTTLS');
    await expect(
      client.startTls({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow();
    const modern = await edge.greeted();
    await modern.command('STARTTLS');
    await modern.startTls({ maxVersion: 'TLSv1.2' });
    expect(await modern.command('EHLO client.test')).toMatch(/^250-mx.test/);
  });

  it('survives clients that abort the handshake', async () => {
    const edge = await start({});
    for (const bytes of ['', '\x16\x03\x01', 'QUIT\r\n', '\x00'.repeat(5000)]) {
      const client = await edge.greeted();
      await client.command('STARTTLS');
      client.send(Buffer.from(bytes, 'latin1'));
      client.socket.resetAndDestroy();
      await client.closed();
    }
    expect(await presented(edge)).toBe('CN=mx.test');
  });
});
