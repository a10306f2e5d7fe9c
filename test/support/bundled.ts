import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cachedBundle } from '../../core/build/bundle-cache.ts';

const ROOT = process.cwd();
const DIRECTORY = join(ROOT, '.build', 'test-programs');
const BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Bundles a test program into one file, which starts in a tenth of the time that the TypeScript sources take. Rebuilds
 * only when a source has changed.
 */
export async function bundled(main: string): Promise<string> {
  const name = relative(ROOT, main).replace(/\W/g, '-');
  const { 'main.mjs': code = '' } = await cachedBundle(ROOT, join(DIRECTORY, `${name}.json`), {
    absWorkingDir: ROOT,
    entryPoints: [{ in: main, out: 'main' }],
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: BANNER },
  });
  const file = join(DIRECTORY, `${name}.mjs`);
  const temporary = `${file}.${process.pid}`;
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(temporary, code);
  // Another test file may be starting it at the same time.
  await rename(temporary, file);
  return file;
}
