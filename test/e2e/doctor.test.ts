import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { testContext } from '../support/cli-context.ts';
import { TestPipeline, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let pipeline: TestPipeline;
let config: string;
const path = temporaryDirectory();
beforeAll(async () => {
  config = await writeConfig(
    path('.'),
    `{ domains: ['example.com', 'example.net'], smtp: { recipients: [{ match: '*@example.com' }] } }`,
  );
  pipeline = await TestPipeline.start(path('data'), ['--config', config]);
});
afterAll(async () => {
  await pipeline.program.killAll();
});

async function doctor(...args: string[]) {
  const context = testContext(
    { AWS_ENDPOINT_URL: pipeline.awsUrl, SMTP_SERVER: `127.0.0.1:${pipeline.smtpPort}` },
    { objects: () => pipeline.store, now: () => new Date() },
  );
  const code = await run(['doctor', '--config', config, ...args], context);
  return { code, stdout: context.printed() };
}

it('doctor sends a mail through a local pipeline and leaves its message to the consumer', async () => {
  const { code, stdout } = await doctor();
  expect(stdout).toMatch(/^skip {2}DNS: does not apply to a pipeline on this machine$/m);
  expect(stdout).toMatch(/^ok {4}STARTTLS: TLSv1\.3/m);
  expect(stdout).toMatch(/^ok {4}certificate: for localhost, .* 36\d days left/m);
  const [, id = ''] =
    /^ok {4}canary mail: 250 after \d+\.\d s, document after \d+\.\d s \((\w{26}), to mail-pipeline-canary@example\.com\)$/m.exec(
      stdout,
    ) ?? [];
  expect(code).toBe(0);
  const mail = (await pipeline.receive([id])).get(id);
  expect(mail?.headers).toContainEqual({ name: 'X-Mail-Pipeline-Canary', value: 'doctor' });
  expect(mail).toMatchObject({ kind: 'message', envelope: { mailFrom: '' } });
});

it('doctor says how to admit the canary mail when the edge refuses it', async () => {
  const { code, stdout } = await doctor('--domain', 'example.net');
  expect(stdout).toMatch(
    /^FAIL {2}canary mail: the server did not accept a mail to mail-pipeline-canary@example\.net: 550 5\.1\.1 .* — admit mail-pipeline-canary@example\.net in smtp\.recipients/m,
  );
  expect(code).toBe(1);
});
