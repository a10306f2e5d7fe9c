import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';

/** A value in the format of the page. */
function shown(value: number): string {
  if (value % (1024 * 1024) === 0) return `${value / 1024 / 1024} MB`;
  return value % 1024 === 0 ? `${value / 1024} KB` : value.toLocaleString('en');
}

it.each(Object.entries(MIME_LIMITS))('docs/limits.md has the value of %s', (name, value) => {
  const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
  expect(row, `a row for ${name}`).toContain(shown(value));
});
