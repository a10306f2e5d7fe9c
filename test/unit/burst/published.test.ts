import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PUBLISHED } from '../../../bench/burst/published.ts';
import { POLLER_CONCURRENCY, QUEUE_MAX_CONCURRENCY } from '../../../core/config/concurrency.ts';

describe('the AWS limits in the burst simulation', () => {
  const page = readFileSync('docs/scale.md', 'utf8');

  it.each(Object.values(PUBLISHED))('$means: docs/scale.md has value and source', ({ value, means, source }) => {
    expect(page).toContain(`| ${means} | ${value.toLocaleString('en')} | <${source}> |`);
    expect(source).toMatch(/^https:\/\/(docs\.)?aws\.amazon\.com\//);
  });

  it('match the limits of the configuration', () => {
    expect(PUBLISHED.queueMaximum.value).toBe(QUEUE_MAX_CONCURRENCY);
    expect(PUBLISHED.pollerInvocations.value).toBe(POLLER_CONCURRENCY);
  });
});
