import { gzipSync } from 'node:zlib';
import { stop } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { consoleAssets } from '../../../local/console/assets.ts';

afterAll(() => stop());

it('the page of the console has at most 100 KB of gzipped script and loads no other file', async () => {
  const { script, style } = await consoleAssets();
  expect(gzipSync(script).length).toBeLessThanOrEqual(100_000);
  expect(script).not.toMatch(/<\/script/i);
  expect(style).not.toMatch(/<\/style/i);
  expect(style).not.toMatch(/@import|url\(/);
  expect(style).toContain('.mail-row');
});
