import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { cachedBundle } from '../../core/build/bundle-cache.ts';
import { prebuiltFolder } from '../../core/build/prebuilt.ts';

/** What the page of the console is made of, each one text that is put into the page: it loads no file. */
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
  // A module would be run only after the page was read whole, and cannot be in strict order with the theme before it.
  format: 'iife',
  tsconfig: 'local/console/app/tsconfig.json',
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles the browser's part of the console, unless the package has it; takes it from an earlier time when no source changed. */
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
