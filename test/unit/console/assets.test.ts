import { gzipSync } from 'node:zlib';
import { stop } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { consoleAssets } from '../../../local/console/assets.ts';

afterAll(() => stop());

it('makes a page of at most 100 KB of script, gzipped, that asks for no other file', async () => {
  const { script, style } = await consoleAssets();
  expect(gzipSync(script).length).toBeLessThanOrEqual(100_000);
  expect(script).not.toMatch(/<\/script/i);
  expect(style).not.toMatch(/<\/style/i);
  expect(style).not.toMatch(/@import|url\(/);
  expect(style).toContain('.mail-row');
});
