import { DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { testContext } from '../support/cli-context.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CONFIG = `{ routes: ['healthy', 'broken'].map((name) => ({ name, recipients: ['both@example.com'] })) }`;

let pipeline: TestPipeline;
const path = temporaryDirectory();
beforeAll(async () => {
  pipeline = await TestPipeline.start(path(), ['--config', await writeConfig(path(), CONFIG)]);
});
afterAll(() => pipeline.program.killAll());

async function mailPipeline(...args: string[]) {
  const context = testContext(
    { AWS_ENDPOINT_URL: pipeline.awsUrl },
    { objects: () => pipeline.store, queue: async (name) => pipeline.queue(name), now: () => new Date() },
  );
  const code = await run(args, context);
  return { code, stdout: context.printed() };
}

it('a missing queue leaves one copy on the other queue, and a failure with its route', async () => {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const sqs = new SQSClient({ endpoint: pipeline.awsUrl, region: 'us-east-1', credentials });
  await sqs.send(new DeleteQueueCommand({ QueueUrl: `${pipeline.awsUrl}/000000000000/parsed-mail-broken` }));
  const id = await pipeline.send(textMail('to both'), ['both@example.com']);
  await pipeline.receive([id], 'parsed-mail-healthy');
  const failures = async () => (await mailPipeline('failed', 'list', '--json')).stdout;
  await expect.poll(failures, { timeout: 600_000, interval: 1_000 }).not.toBe('');
  expect(JSON.parse(await failures())).toMatchObject({
    id,
    route: 'broken',
    destination: 'parsed-mail-broken',
    reason: 'sqs.QueueDoesNotExist',
  });
  expect(await pipeline.queue('parsed-mail-healthy').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  const audited = await mailPipeline('audit', '--json');
  expect(audited.stdout).toContain('"destination":"parsed-mail-broken"');
  expect(audited.stdout).toContain('{"accepted":1,"delivered":1,"failed":1,"inFlight":0,"overdue":0}');
  expect((await mailPipeline('verify', id)).stdout).toContain('DIFFERS  delivery to parsed-mail-broken');
});
