import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleMail } from '../fixtures/samples.ts';
import { runChild } from '../support/child.ts';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LONG = 'A long text. '.repeat(5_000);
const { bytes, facts } = sampleMail('several-attachments');

const path = temporaryDirectory();

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const withoutBoto3 = !process.env['CI'] && !has('python3', '-c', 'import boto3');

const PROGRAMS = [
  { language: 'Node', command: [process.execPath, '--import', 'tsx', 'examples/consume.ts'], skip: false },
  { language: 'Python', command: ['python3', 'examples/consume.py'], skip: withoutBoto3 },
];

describe.each(['omit', 'claim-check'])('of mails, long ones as "%s",', (oversize) => {
  let pipeline: TestPipeline;
  beforeAll(async () => {
    const directory = await mkdtemp(path('test-'));
    const config = await writeConfig(directory, `{ queue: { messageLimitBytes: 16384, oversize: '${oversize}' } }`);
    pipeline = await TestPipeline.start(join(directory, 'data'), ['--config', config]);
  });
  afterAll(() => pipeline?.program.killAll());

  for (const { language, command, skip } of PROGRAMS) {
    it.skipIf(skip)(`the example in ${language} consumes every one`, async () => {
      const [program = '', ...args] = command;
      const ids = [await pipeline.send(bytes), await pipeline.send(textMail('long', LONG))];
      const saveTo = await mkdtemp(path('saved-'));
      const { code, stdout, stderr } = await runChild(program, [...args, saveTo, '2'], {
        AWS_ENDPOINT_URL: pipeline.awsUrl,
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        PARSED_MAIL_QUEUE: `${pipeline.awsUrl}/000000000000/parsed-mail`,
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const mails = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(mails.map(({ id }) => id).sort()).toEqual(ids.sort());
      expect(mails.find(({ subject }) => subject === 'long').length).toBeGreaterThanOrEqual(LONG.length);
      const [first] = mails.filter(({ attachments }) => attachments === 3);
      for (const { partId, sha256 } of facts.attachments) {
        const saved = readFileSync(join(saveTo, first.id, partId));
        expect(createHash('sha256').update(saved).digest('hex')).toBe(sha256);
      }
      expect(await pipeline.queue('parsed-mail').depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    });
  }
});
