import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { webhookSettings } from '../../core/config/to-settings.ts';
import { postingSeconds } from '../../core/config/webhook.ts';
import { isForbidden } from '../../core/http/forbidden-address.ts';
import { signature } from '../../core/http/signature.ts';
import type { Platform } from '../../core/http/signed-service.ts';
import { signingKey } from '../../core/http/signing-key.ts';
import { webhookEnvironment } from '../../core/settings/webhook.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf';
const URL = 'https://app.example.com/mail';

describe('isForbidden', () => {
  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    'fe80::1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
  ])('%s always', (address) => {
    expect([isForbidden(address, false), isForbidden(address, true)]).toEqual([true, true]);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])('%s unless local', (address) => {
    expect([isForbidden(address, false), isForbidden(address, true)]).toEqual([true, false]);
  });

  it.each(['192.0.2.1', '2001:db8::1', '169.253.255.255', '::ffff:192.0.2.1'])('%s never', (address) => {
    expect(isForbidden(address, false)).toBe(false);
  });
});

describe('signature', () => {
  it('covers time and body', () => {
    const body = Buffer.from('{"a":1}');
    const now = new Date('2026-11-22T10:00:00.900Z');
    const expected = createHmac('sha256', 'k').update('1795341600.{"a":1}').digest('hex');
    expect(signature('k', body, now)).toBe(`t=1795341600,v1=${expected}`);
  });
});

describe('signingKey', () => {
  it('reads a key again after five minutes, and fails while it cannot', async () => {
    const secrets = ['first\n', 'second', ''];
    let time = 0;
    const read = async () => secrets.shift() ?? Promise.reject(new Error('denied'));
    const key = signingKey(
      { kind: 'secret', secretId: 's' },
      { service: 'webhook', readSecret: read, now: () => new Date(time) },
    );
    expect([await key(), await key()]).toEqual(['first', 'first']);
    time += 5 * 60_000;
    expect(await key()).toBe('second');
    time += 5 * 60_000;
    const unreadable = { code: 'webhook.key_unreadable', kind: 'transient' };
    await expect(key()).rejects.toMatchObject({ ...unreadable, message: expect.stringContaining('empty') });
    await expect(key()).rejects.toMatchObject({ ...unreadable, message: expect.stringContaining('denied') });
  });

  it('reads a key from a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'key-'));
    try {
      const file = join(directory, 'key');
      await writeFile(file, 'from a file\n');
      const reading = { service: 'webhook', readSecret: async () => 'a secret', now: () => new Date() };
      expect(await signingKey({ kind: 'file', file }, reading)()).toBe('from a file');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('postingSeconds', () => {
  const times = (maxReceiveCount: number, visibilityTimeoutSeconds = 90) =>
    postingSeconds({ maxReceiveCount, visibilityTimeoutSeconds });

  it('is the time of all attempts and the delays between them', () => {
    expect([1, 2, 5].map((count) => times(count))).toEqual([90, 90 + 60 + 90, 5 * 90 + 60 + 240 + 960 + 3_840]);
    expect(times(10)).toBe(10 * 90 + 60 + 240 + 960 + 3_840 + 15_360 + 4 * 21_600);
  });

  it('is longer when a killed attempt hides its message for longer', () => {
    expect(times(3, 300)).toBe(300 + (90 + 240) + 300);
  });

  it('is one second less than a queue must keep a mail', () => {
    const config = (retentionSeconds: number) =>
      defineConfig({ webhook: { url: URL }, queue: { maxReceiveCount: 10, retentionSeconds } });
    const enough = times(10, 300) + 1;
    expect(config(enough).queue.retentionSeconds).toBe(enough);
    expect(() => config(enough - 1)).toThrow(/retentionSeconds/);
  });
});

describe('webhookSettings', () => {
  const settings = (input: PipelineConfigInput, platform: Platform) =>
    webhookSettings(defineConfig(input), platform, {
      parsedMailQueue: 'http://sqs/1/parsed-mail',
      contentBucket: 'mail-content',
      metricsNamespace: 'N',
    });

  it('has each webhook with the effective settings of its queue', () => {
    const made = settings(
      {
        webhook: { url: URL, format: 'mailgun', secretArn: ARN },
        routes: [
          { name: 'plain', kinds: ['list'] },
          { name: 'b', kinds: ['bounce'], queue: { maxReceiveCount: 9 }, webhook: { url: URL, deadlineSeconds: 20 } },
        ],
      },
      'aws',
    );
    expect(made).toMatchObject({
      allowLoopback: false,
      webhooks: [
        { route: null, format: 'mailgun', key: { kind: 'secret', secretId: ARN }, maxAttempts: 5, deadlineMs: 10_000 },
        { route: 'b', format: 'parsed-mail', key: null, maxAttempts: 9, deadlineMs: 20_000 },
      ],
    });
    if (made !== null) expect(webhookEnvironment.decode(webhookEnvironment.encode(made))).toEqual(made);
  });

  it('is null without a webhook', () => {
    expect(settings({}, 'aws')).toBeNull();
  });

  it.each<[string, PipelineConfigInput, Platform, RegExp]>([
    ['http in a deployment', { webhook: { url: 'http://app.example.com' } }, 'aws', /webhook\.url .*https only/],
    ['a file in a deployment', { webhook: { url: URL, secretFile: 'k' } }, 'aws', /webhook\.secretArn is null/],
    ['a secret in local mode', { webhook: { url: URL, secretArn: ARN } }, 'local', /webhook\.secretFile is null/],
    [
      'Mailgun without a key',
      { routes: [{ name: 'x', kinds: ['list'], webhook: { url: URL, format: 'mailgun' } }] },
      'aws',
      /routes\.0\.webhook\.secretArn.*signed/,
    ],
    ['a URL that is none', { webhook: { url: 'app.example.com' } }, 'aws', /webhook\.url is "app\.example\.com"/],
    ['a URL with a password', { webhook: { url: 'https://a:b@example.com' } }, 'aws', /without user and password/],
    ['another scheme', { webhook: { url: 'file:///etc/passwd' } }, 'aws', /write https/],
    [
      'a queue that hides messages too briefly',
      { webhook: { url: URL }, queue: { visibilityTimeoutSeconds: 30 } },
      'aws',
      /queue\.visibilityTimeoutSeconds is 30: posting a mail takes up to 90 seconds/,
    ],
    [
      'a queue that forgets a mail before the last attempt',
      { webhook: { url: URL }, queue: { maxReceiveCount: 10, retentionSeconds: 86_400 } },
      'aws',
      /queue\.retentionSeconds is 86400: posting a mail 10 times takes up to \d+ seconds.* without a dead letter: write more than \d+, or a lower/,
    ],
    [
      'the same of a route, whose queue takes what it does not say from the other',
      {
        queue: { retentionSeconds: 3_600 },
        routes: [{ name: 'x', kinds: ['list'], queue: { maxReceiveCount: 6 }, webhook: { url: URL } }],
      },
      'aws',
      /routes\.0\.queue\.retentionSeconds: posting a mail 6 times .* retentionSeconds \(3600\)/,
    ],
    [
      'more attempts than SQS keeps a message for',
      { webhook: { url: URL }, queue: { maxReceiveCount: 1_000 } },
      'aws',
      /queue\.maxReceiveCount is 1000: .* write 60 or less/,
    ],
    [
      'a secret elsewhere',
      { region: 'us-east-1', webhook: { url: URL, secretArn: ARN } },
      'aws',
      /webhook\.secretArn .* region of the deployment, us-east-1/,
    ],
  ])('refuses %s', (_what, input, platform, message) => {
    expect(() => settings(input, platform)).toThrow(message);
  });
});
