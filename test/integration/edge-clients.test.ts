import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METADATA_TRACE_BYTES } from '../../core/mail/envelope.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import { missingTools, toolPath } from '../support/tools.ts';

let test: TestEdge;
beforeEach(async () => {
  test = await startTestEdge({ domains: ['ours.test'] });
});
afterEach(() => test.close());

async function run(name: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  const child = spawn(toolPath(name) ?? name, args, { stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'close');
  return { code, output: (await output).join('') };
}

async function mails(): Promise<string[]> {
  const objects = await test.store.objects(RAW_BUCKET);
  return objects.map(({ bytes, metadata }) => bytes.subarray(Number(metadata[METADATA_TRACE_BYTES])).toString());
}

const noSwaks = missingTools('swaks');
describe.skipIf(noSwaks)(`swaks${noSwaks}`, () => {
  const swaks = (...args: string[]) =>
    run('swaks', ['--server', '127.0.0.1', '--port', String(test.edge.smtpPort), '--helo', 'client.test', ...args]);

  it('delivers with a pipelined transaction', async () => {
    const { code, output } = await swaks(
      ...['--pipeline', '--from', 'a@b.test', '--to', 'info@ours.test', '--body', '.a line that begins with a dot'],
    );
    expect(output).toMatch(/250 2\.0\.0 queued as /);
    expect(code).toBe(0);
    expect((await mails())[0]).toContain('\r\n.a line that begins with a dot\r\n');
  });

  it('is refused for a foreign domain', async () => {
    const { code, output } = await swaks('--from', 'a@b.test', '--to', 'info@elsewhere.test');
    expect(output).toContain('550 5.7.1 ');
    expect(code).toBe(24);
  });

  it('finds no AUTH', async () => {
    const { output } = await swaks(
      '--auth',
      '--auth-user',
      'u',
      '--auth-password',
      'p',
      '--from',
      'a@b.test',
      '--to',
      'info@ours.test',
    );
    expect(output).toContain('Host did not advertise authentication');
  });
});

const noSource = missingTools('smtp-source');
describe.skipIf(noSource)(`smtp-source${noSource}`, () => {
  it.each([
    ['reused', ['-d']],
    ['new', []],
  ])('delivers 200 mails in 20 sessions over %s connections', async (_, reuse) => {
    const { code, output } = await run('smtp-source', [
      ...[...reuse, '-s', '20', '-m', '200', '-l', '5000', '-f', 'a@b.test', '-t', 'info@ours.test'],
      `127.0.0.1:${test.edge.smtpPort}`,
    ]);
    expect(output).toBe('');
    expect(code).toBe(0);
    const stored = await mails();
    expect(stored).toHaveLength(200);
    expect(new Set(stored.map((mail) => mail.length)).size).toBeLessThan(20);
  });
});

const noOpenssl = missingTools('openssl');
describe.skipIf(noOpenssl)(`openssl s_client${noOpenssl}`, () => {
  const client = (...args: string[]) =>
    run(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${test.edge.smtpPort}`, '-starttls', 'smtp', '-crlf', '-quiet', ...args],
      'EHLO client.test\nMAIL FROM:<a@b.test>\nRCPT TO:<info@ours.test>\nDATA\nover TLS\n.\nQUIT\n',
    );

  it.each(['-tls1_2', '-tls1_3'])('delivers with %s', async (version) => {
    const { output } = await client(version);
    expect(output).toMatch(/250 2\.0\.0 queued as /);
    expect(await mails()).toEqual(['over TLS\r\n']);
  });

  it('cannot negotiate TLS below 1.2', async () => {
    const { code } = await client('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0');
    expect(code).not.toBe(0);
    expect(await mails()).toEqual([]);
  });
});
