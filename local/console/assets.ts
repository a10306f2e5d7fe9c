import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { cachedBundle } from '../../core/build/bundle-cache.ts';
import { prebuiltFolder } from '../../core/build/prebuilt.ts';

/** Script and style of the console's page, both inlined: the page loads no files. */
export interface ConsoleAssets {
  script: string;
  style: string;
}

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CACHE = join(ROOT, '.build', 'bundles', 'console.json');

const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: [{ in: 'local/console/app/main.tsx', out: 'console' }],
  outdir: 'out',
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  // A module would run only after the whole page is parsed, too late for the theme that precedes it.
  format: 'iife',
  tsconfig: 'local/console/app/tsconfig.json',
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles the console's page, unless the package contains it. Reuses the cached bundle if no source has changed. */
export async function consoleAssets(): Promise<ConsoleAssets> {
  const prebuilt = prebuiltFolder('console');
  if (prebuilt !== null) {
    const [script, style] = await Promise.all(
      ['console.js', 'console.css'].map((file) => readFile(join(prebuilt, file), 'utf8')),
    );
    return { script: script ?? '', style: style ?? '' };
  }
  const files = await cachedBundle(ROOT, CACHE, OPTIONS);
  return { script: files['console.js'] ?? '', style: files['console.css'] ?? '' };
}
