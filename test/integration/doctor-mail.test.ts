import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { EXAMPLE } from '../../core/mail/example.ts';
import { foreignMailId, mintMailId } from '../../core/mail/id.ts';
import { parsedKey } from '../../core/mail/keys.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { recordFailure } from '../../core/outcome/failures.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { startSmtpServer } from '../support/certified-smtp-server.ts';
import { testContext } from '../support/cli-context.ts';
import { writeConfig } from '../support/local-pipeline.ts';
import { MemoryStore } from '../support/memory-aws.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Accepts every mail with the reply that `store` returns for its Message-ID. */
async function smtpServer(store: (messageId: string) => Promise<string>, options: SMTPServerOptions = {}) {
  const server = await startSmtpServer(selfSignedCertificate('edge.test'), {
    async onData(stream, _session, callback) {
      let mail = '';
      for await (const chunk of stream) mail += String(chunk);
      callback(null, await store(/^Message-ID: <(.*)>/im.exec(mail)?.[1] ?? ''));
    },
    ...options,
  });
  closing.push(server.stop);
  return server.port;
}

async function doctor(port: number, objects: MemoryStore) {
  const config = await writeConfig(path('.'), `{ domains: ['example.com'] }`);
  const context = testContext(
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', SMTP_SERVER: `127.0.0.1:${port}` },
    { objects: () => objects },
  );
  const code = await run(['doctor', '--config', config, '--wait', '1'], context);
  const line =
    context
      .printed()
      .split('\n')
      .find((each) => each.includes('canary mail')) ?? '';
  return { code, line };
}

const documentOf = (id: string, messageId: string): Buffer =>
  Buffer.from(JSON.stringify({ ...EXAMPLE, id, messageId } satisfies ParsedMail));

describe('the canary mail of mail-pipeline doctor', () => {
  it('fails when no document arrives', async () => {
    const port = await smtpServer(async () => `2.0.0 queued as ${mintMailId()}`);
    const { code, line } = await doctor(port, new MemoryStore());
    expect(line).toMatch(/^FAIL {2}canary mail: 250 after \d\.\d s, but no document within 1 s .* — look for its id/);
    expect(code).toBe(1);
  });

  it('fails with the reason that the pipeline recorded', async () => {
    const objects = new MemoryStore();
    const port = await smtpServer(async () => {
      const id = mintMailId();
      const failure = { id, reason: 'raw.missing', lastError: null, receiveCount: 1, revision: 1, destination: null };
      await recordFailure(objects, 'mail-content', {
        ...failure,
        route: null,
        raw: null,
        event: null,
        at: '2026-11-22T12:00:00Z',
      });
      return `2.0.0 queued as ${id}`;
    });
    expect((await doctor(port, objects)).line).toMatch(
      /^FAIL {2}canary mail: .*, but processing failed: .*raw\.missing.* — docs\/runbook\.md/,
    );
  });

  it('fails when the document belongs to another mail, because the edge is another pipeline’s', async () => {
    const objects = new MemoryStore();
    const port = await smtpServer(async () => {
      const id = mintMailId();
      await objects.put({ bucket: 'mail-content', key: parsedKey(id) }, documentOf(id, 'other@example.org'));
      return `2.0.0 queued as ${id}`;
    });
    expect((await doctor(port, objects)).line).toMatch(/belongs to another mail \(other@example\.org\) — .*--smtp/);
  });

  it('is found by its Message-ID when the reply names no id, as with SES', async () => {
    const objects = new MemoryStore();
    const port = await smtpServer(async (messageId) => {
      for (const each of ['other@example.org', messageId]) {
        const id = foreignMailId({ bucket: 'raw-mail', key: `ses/${each}` }, new Date());
        await objects.put({ bucket: 'mail-content', key: parsedKey(id) }, documentOf(id, each));
      }
      return 'OK abcdefghijklmnopqrstuv0123456789';
    });
    const { code, line } = await doctor(port, objects);
    expect(line).toMatch(/^ok {4}canary mail: /);
    expect(code).toBe(0);
  });

  it('fails with the reply of a server that refuses it', async () => {
    const port = await smtpServer(async () => '', {
      onConnect: (_session, callback) => callback(null),
      onRcptTo: (_address, _session, callback) =>
        callback(Object.assign(new Error('try later'), { responseCode: 451 })),
    });
    expect((await doctor(port, new MemoryStore())).line).toMatch(
      /^FAIL {2}canary mail: .* 451 try later — docs\/smtp\.md/,
    );
  });
});

describe('mail-pipeline doctor with a certificate that is trusted here', () => {
  const MAIN = fileURLToPath(new URL('../../cli/mail-pipeline.mjs', import.meta.url));

  /** Runs the command in its own process: Node reads the trusted roots at startup. */
  async function doctorOf(name: string, days: number) {
    const certificate = selfSignedCertificate(name, days);
    const file = path('root.pem');
    await writeFile(file, certificate.chain);
    const { port, stop } = await startSmtpServer(certificate);
    closing.push(stop);
    const config = await writeConfig(
      path('.'),
      `{ domains: ['example.com'], fargate: { hostname: 'mx.example.com' }, tls: { secretFile: 'mx.pem' } }`,
    );
    const environment = {
      NODE_EXTRA_CA_CERTS: file,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      PATH: process.env['PATH'],
    };
    const args = [MAIN, 'doctor', '--config', config, '--no-canary', '--smtp', `127.0.0.1:${port}`];
    return new Promise<{ code: number | null; stdout: string }>((resolve) => {
      const child = execFile(process.execPath, args, { env: environment }, (_error, stdout) =>
        resolve({ code: child.exitCode, stdout }),
      );
    });
  }

  it.each([
    ['mx.example.com', 90, /^ok {4}certificate: for mx\.example\.com; (90|89) days left/m, 0],
    [
      'other.example.com',
      90,
      /^FAIL {2}certificate: it is for other\.example\.com, not for mx\.example\.com — use one/m,
      1,
    ],
    ['mx.example.com', 5, /^FAIL {2}certificate: [45] days left, until .* — see docs\/runbook\.md/m, 1],
  ])('judges one for %s with %i days left', async (name, days, line, expected) => {
    const { code, stdout } = await doctorOf(name, days);
    expect(stdout).toMatch(line);
    expect(code).toBe(expected);
  });
});
