import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { Closers } from '../../local/closers.ts';
import { queues } from '../../local/topology.ts';

describe('Closers', () => {
  it('stops everything once, in reverse order, even if one step fails', async () => {
    const stopped: string[] = [];
    const closers = new Closers();
    closers.add(() => stopped.push('first'));
    closers.add(() => Promise.reject(new Error('stuck')));
    closers.add(async () => stopped.push('last'));
    const closing = closers.close();
    expect(closers.close()).toBe(closing);
    await expect(closing).rejects.toThrow('stuck');
    expect(stopped).toEqual(['last', 'first']);
  });
});

describe('the queues', () => {
  it('are those of the design, each after its dead-letter queue', () => {
    const definitions = queues(defineConfig({ parser: { timeoutSeconds: 60 }, queue: { maxReceiveCount: 3 } }));
    expect(definitions.map(({ name }) => name)).toEqual([
      ...['raw-mail-dlq', 'raw-mail'],
      ...['enrich-dlq', 'enrich'],
      ...['enrich-results-dlq', 'enrich-results'],
      ...['parsed-mail-dlq', 'parsed-mail'],
    ]);
    const byName = new Map(definitions.map(({ name, attributes }) => [name, attributes]));
    expect(Number(byName.get('raw-mail')?.['VisibilityTimeout'])).toBeGreaterThan(60);
    expect(JSON.parse(byName.get('parsed-mail')?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:parsed-mail-dlq',
      maxReceiveCount: 3,
    });
    const posted = queues(defineConfig({ webhook: { url: 'https://app.example.com' } })).at(-1);
    expect(JSON.parse(posted?.attributes['RedrivePolicy'] ?? '')).toMatchObject({ maxReceiveCount: 1_000 });
  });
});
