import { rm } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { stageDeployment } from '../../../cli/deployment.ts';
import { run } from '../../../cli/program.ts';
import { AccessError } from '../../../core/mail/errors.ts';
import { failedKey, parsedKey } from '../../../core/mail/keys.ts';
import type { MailPage } from '../../../local/console/api/api.ts';
import type { StoreChange } from '../../../local/console/live/follower.ts';
import { Poller } from '../../../local/console/live/poller.ts';
import { testContext } from '../../support/cli-context.ts';
import { startLocalS3 } from '../../support/local-s3.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { BUCKETS, putMail, TestConsole } from '../../support/test-console.ts';

describe('a store without notifications', () => {
  it('is polled: each new, changed or redriven mail is noticed once', async () => {
    const tested = await TestConsole.start();
    const now = Date.now();
    const old = await tested.putMail({}, now - 1_000);
    const changes: string[] = [];
    const changed = ({ key }: StoreChange) => void changes.push(key);
    const options = { store: tested.s3.store, buckets: BUCKETS, everyMs: 1_000_000, clock: () => now, log: quietLog() };
    const poller = new Poller({ ...options, changed });
    await poller.start();
    await poller.look();
    expect(changes).toEqual([]);
    const id = await tested.putMail({}, now);
    await tested.putFailure({ id });
    await poller.look();
    expect(changes.filter((key) => !key.startsWith('raw/'))).toEqual([parsedKey(id), failedKey(id)]);
    changes.length = 0;
    await tested.putMail({ id: old, subject: 'replayed' });
    await tested.s3.store.delete({ bucket: BUCKETS.content, key: failedKey(id) });
    await poller.look();
    expect(changes).toEqual(expect.arrayContaining([parsedKey(old), failedKey(id)]));
    await poller.stop();
    await tested.stop();
  });
});

describe('mail-pipeline console', () => {
  it('serves what the credentials can read until it is interrupted, and changes nothing', async () => {
    const tested = await TestConsole.start();
    const now = Date.now();
    const id = await putMail(tested.s3, tested.id(now - 60_000), { subject: 'deployed' });
    await putMail(tested.s3, tested.id(now - 25 * 3_600_000), { subject: 'of the day before' });
    const stop = new AbortController();
    const { put: _put, delete: _delete, ...reading } = tested.s3.store;
    const forbidden = () => Promise.reject(new AccessError('s3.AccessDenied', 'read only'));
    const context = testContext(
      { AWS_ENDPOINT_URL: tested.s3.endpoint },
      {
        objects: () => ({ ...reading, put: forbidden, delete: forbidden }),
        now: () => new Date(now),
        signal: stop.signal,
      },
    );
    const running = run(['console', '--port', '0'], context);
    const url = await vi.waitFor(() => {
      const [found] = /http:\S+/.exec(context.printed()) ?? [];
      if (found === undefined) throw new Error(context.complained() || 'not yet');
      return found;
    }, 30_000);
    const page = await vi.waitFor(async () => {
      const answer: MailPage = JSON.parse(await (await fetch(`${url}/api/mails`)).text());
      expect(answer.index.state).toBe('ready');
      return answer;
    }, 30_000);
    expect(page.mails).toMatchObject([{ id, subject: 'deployed' }]);
    expect(page.index.since).toBe(new Date(now - 24 * 3_600_000).toISOString());
    const flow = await (await fetch(`${url}/api/flow`)).text();
    expect(JSON.parse(flow).nodes.find(({ name }: { name: string }) => name === 'parsed-mail')).toMatchObject({
      queue: null,
    });
    const sent = await fetch(`${url}/api/send`, { method: 'POST', body: '{}' });
    expect(sent.status).toBe(404);
    stop.abort();
    expect(await running).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    await tested.stop();
  });

  it('fails at once and names the denied action when the credentials may not list', async () => {
    const s3 = await startLocalS3();
    const denied = new AccessError('s3.AccessDenied', 'ListObjectsV2 raw-mail: Access Denied');
    const list = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied) }) });
    const context = testContext({ AWS_ENDPOINT_URL: s3.endpoint }, { objects: () => ({ ...s3.store, list }) });
    expect(await run(['console', '--port', '0'], context)).toBe(1);
    expect(context.complained()).toContain('ListObjectsV2 raw-mail: Access Denied');
    await s3.stop();
    await rm(s3.directory, { recursive: true, force: true });
  });

  it.each([
    ['--port', 'x'],
    ['--port', '65536'],
    ['--since', 'yesterday'],
  ])('refuses %s %s', async (flag, value) => {
    const context = testContext({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(await run(['console', flag, value], context)).toBe(2);
    expect(context.complained()).toContain(`${flag} is "${value}"`);
  });

  it('omits the queues of routes and names the missing permission', async () => {
    const denied = new AccessError('sqs.AccessDenied', 'ListQueues mail-pipeline-prod-parsed-mail-: Access Denied');
    const context = testContext(
      {},
      {
        queueUrl: async (name) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`,
        queueUrls: () => Promise.reject(denied),
      },
    );
    expect((await stageDeployment('prod', context)).queues.map(({ node }) => node)).toEqual([
      'parser',
      'enricher',
      'parsed-mail',
    ]);
    expect(context.complained()).toContain('allow sqs:ListQueues');
  });

  it('derives the names of a stage from the URL of one of its queues', async () => {
    const asked: string[] = [];
    const queueUrl = async (name: string) => {
      asked.push(name);
      return `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
    };
    const prefix = 'https://sqs.eu-west-1.amazonaws.com/123456789012/mail-pipeline-prod-parsed-mail';
    const queueUrls = async (name: string) => {
      asked.push(name);
      return ['-dlq', '-orders', '-orders-dlq', '-old-dlq-dlq'].map((suffix) => `${prefix}${suffix}`);
    };
    expect(await stageDeployment('prod', testContext({}, { queueUrl, queueUrls }))).toMatchObject({
      buckets: {
        raw: 'mail-pipeline-prod-raw-123456789012-eu-west-1',
        content: 'mail-pipeline-prod-content-123456789012-eu-west-1',
      },
      queues: [
        { queue: 'mail-pipeline-prod-raw-mail' },
        { queue: 'mail-pipeline-prod-enrich' },
        { node: 'parsed-mail' },
        { node: 'parsed-mail-orders', queue: `${prefix}-orders` },
        { node: 'parsed-mail-old-dlq-dlq' },
      ],
    });
    expect(asked).toEqual(['mail-pipeline-prod-parsed-mail', 'mail-pipeline-prod-parsed-mail-']);
    const local = testContext({}, { queueUrl: async (name) => `http://127.0.0.1:4566/000000000000/${name}` });
    await expect(stageDeployment('prod', local)).rejects.toThrow('omit --stage');
  });
});
