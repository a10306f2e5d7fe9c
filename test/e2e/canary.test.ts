import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFromCache } from '../../core/build/bundle.ts';
import { canaryEnvironment } from '../../core/settings/canary.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { type ProbeFunction, probeFunction } from '../support/probe-function.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const RECIPIENT = 'mail-pipeline-canary@example.com';
let pipeline: TestPipeline;
let codeDirectory: string;
const functions: ProbeFunction[] = [];
const path = temporaryDirectory();
beforeAll(async () => {
  codeDirectory = path('canary');
  await bundleFromCache('canary', codeDirectory);
  const config = await writeConfig(
    path('.'),
    `{ domains: ['example.com'], canary: {}, smtp: { recipients: [{ match: 'bob' }] }, routes: [{ name: 'all', recipients: ['*'] }] }`,
  );
  pipeline = await TestPipeline.start(path('data'), ['--config', config]);
});
afterAll(async () => {
  for (const { close } of functions) await close();
  await pipeline.program.killAll();
});

/** Runs the function's bundle in the local runtime; resolves with the metrics it printed. */
async function runCanary(smtpPort: number, timeoutMs: number): Promise<Record<string, unknown>[]> {
  const environment = {
    AWS_ENDPOINT_URL: pipeline.awsUrl,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...canaryEnvironment.encode({
      smtpHost: '127.0.0.1',
      smtpPort,
      recipient: RECIPIENT,
      queue: `${pipeline.awsUrl}/000000000000/parsed-mail-canary`,
      metricsNamespace: 'MailPipeline/test',
    }),
  };
  const started = await probeFunction('', { codeDirectory, environment, timeoutMs });
  functions.push(started);
  expect(await started.lambda.invoke({})).toMatchObject({ status: 'ok' });
  return started.printed
    .filter((line) => line.includes('_aws'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));
}

it('the canary function receives its mail from a queue that no other consumer reads', async () => {
  // A canary mail that an earlier run did not receive in time: it is deleted and not counted.
  await pipeline.queue('parsed-mail-canary').send({ body: '{"id":"01M8J52CRDW82A0ZJ4XKYPYEH9"}' });
  const [metrics] = await runCanary(pipeline.smtpPort, 60_000);
  expect(metrics).toMatchObject({ CanaryDelivered: 1, CanaryLatency: expect.any(Number), service: 'canary' });
  const depth = await pipeline.queue('parsed-mail-canary').depth();
  expect(depth).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  // The next mail is the first one that the consumer of every mail receives.
  const id = await pipeline.send(textMail('behind the canary'));
  expect([...(await pipeline.receive([id], 'parsed-mail-all')).keys()]).toEqual([id]);
  expect(await pipeline.queue('parsed-mail').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

it('the canary function reports 0 when the edge is down', async () => {
  expect(await runCanary(1, 60_000)).toEqual([expect.objectContaining({ CanaryDelivered: 0 })]);
});
