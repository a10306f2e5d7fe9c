import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, stop } from 'esbuild';
import { cachedBundle } from './bundle-cache.ts';

/** Programs that are deployed as one file each. Local mode runs the same files. */
export const PROGRAMS = {
  parser: 'lambda/parser/handler.ts',
  'dead-letter': 'lambda/dead-letter/handler.ts',
  reconciler: 'lambda/reconciler/handler.ts',
  'edge-mta': 'edge-mta/main.ts',
} as const;

export type ProgramName = keyof typeof PROGRAMS;

const PROGRAM_NAMES: readonly ProgramName[] = ['parser', 'dead-letter', 'reconciler', 'edge-mta'];
/** The one file of a deployment package. */
export const BUNDLE_FILE = 'index.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CACHE = join(ROOT, '.build', 'bundles');

/** Some CommonJS dependencies call `require` at run time; an ES module has none of its own. */
const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Bundles one program, the AWS SDK included, into `<outdir>/index.mjs` (and nothing else, so that a deployment
 * package holds one file). Lambda's handler is `index.handler`.
 */
export function bundleProgram(name: ProgramName, outdir: string): string {
  buildSync(buildOptions(name, outdir));
  return join(outdir, BUNDLE_FILE);
}

/** The same for every program, each into `<outdir>/<name>`; what did not change is taken from an earlier time. */
export async function bundleAllPrograms(outdir: string): Promise<void> {
  try {
    await Promise.all(PROGRAM_NAMES.map((name) => bundleCached(name, join(outdir, name))));
  } finally {
    // esbuild would keep a process of its own for the next build.
    await stop();
  }
}

async function bundleCached(name: ProgramName, outdir: string): Promise<void> {
  const code = await cachedBundle(ROOT, join(CACHE, `${name}.json`), buildOptions(name, 'out'));
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, BUNDLE_FILE), code);
}

function buildOptions(name: ProgramName, outdir: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [PROGRAMS[name]],
    outfile: join(outdir, BUNDLE_FILE),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    legalComments: 'none',
    logLevel: 'warning',
  };
}
