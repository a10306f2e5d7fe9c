import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleAllPrograms, bundleProgram } from '../../core/build/bundle.ts';
import { cachedBundle } from '../../core/build/bundle-cache.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(root, { recursive: true }));

it('runs locally, byte for byte, what would be deployed', async () => {
  await bundleAllPrograms(root);
  for (const name of ['parser', 'edge-mta'] as const) {
    const deployed = await readFile(bundleProgram(name, join(root, 'deployed', name)));
    expect(deployed.equals(await readFile(join(root, name, 'index.mjs')))).toBe(true);
  }
});

it('keeps a bundle until one of its sources changes', async () => {
  const cache = join(root, 'cache', 'program.json');
  const bundle = () => cachedBundle(root, cache, { absWorkingDir: root, entryPoints: ['main.js'], bundle: true });
  await writeFile(join(root, 'main.js'), "import { text } from './text.js'; globalThis.shown = text;");
  await writeFile(join(root, 'text.js'), "export const text = 'first';");
  const first = await bundle();
  expect(first).toContain('"first"');

  await writeFile(cache, (await readFile(cache, 'utf8')).replaceAll('first', 'from the cache'));
  expect(await bundle()).toBe(first.replaceAll('first', 'from the cache'));

  await writeFile(join(root, 'text.js'), "export const text = 'second';");
  expect(await bundle()).toContain('"second"');
  await writeFile(cache, 'not JSON');
  expect(await bundle()).toContain('"second"');
});
