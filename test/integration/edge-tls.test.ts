import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type EdgeChanges, startTestEdge, type TestEdge } from '../support/edge.ts';

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

/** The name in the certificate that STARTTLS presents. */
async function presented(edge: TestEdge): Promise<string> {
  const client = await edge.greeted();
  await client.command('STARTTLS');
  await client.startTls();
  const { socket } = client;
  return socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.subject ?? '') : '';
}

describe('the certificate', () => {
  it('is made at start when none is given, for the host', async () => {
    expect(await presented(await start({}))).toBe('CN=mx.test');
  });

  it('comes from files, and a renewed one is used without a restart while sessions stay', async () => {
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

  it('comes from a secret', async () => {
    const { chain, key } = selfSignedCertificate('secret.test');
    const readSecret = (id: string) => Promise.resolve(id === 'arn:the-secret' ? chain + key : '');
    const edge = await start({ tls: { kind: 'secret', secretId: 'arn:the-secret' }, world: { readSecret } });
    expect(await presented(edge)).toBe('CN=secret.test');
  });

  it('that cannot be used keeps the edge from starting', async () => {
    const tls = { kind: 'files', certificateFile: '/nowhere/chain.pem', keyFile: '/nowhere/key.pem' } as const;
    for (let turn = 0; turn < 20; turn += 1) await expect(start({ tls })).rejects.toThrow('/nowhere/chain.pem');
    const readSecret = () => Promise.resolve(selfSignedCertificate('a.test').chain);
    await expect(start({ tls: { kind: 'secret', secretId: 's' }, world: { readSecret } })).rejects.toThrow(
      'private key',
    );
  });
});

describe('STARTTLS', () => {
  it('does not speak TLS before 1.2', async () => {
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

  it('survives clients that break off the handshake', async () => {
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
