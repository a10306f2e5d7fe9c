import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, stop } from 'esbuild';
import { cachedBundle } from './bundle-cache.ts';

/** The bundled programs. Local mode runs the same files as a deployment. */
export const PROGRAMS = {
  parser: 'lambda/parser/handler.ts',
  'dead-letter': 'lambda/dead-letter/handler.ts',
  reconciler: 'lambda/reconciler/handler.ts',
  webhook: 'lambda/webhook/handler.ts',
  enricher: 'lambda/enricher/handler.ts',
  certificate: 'lambda/certificate/handler.ts',
  canary: 'lambda/canary/handler.ts',
  'edge-mta': 'edge-mta/main.ts',
} as const;

export type ProgramName = keyof typeof PROGRAMS;

export const PROGRAM_NAMES = Object.keys(PROGRAMS) as ProgramName[];
/** The entry file of a deployment package. */
export const BUNDLE_FILE = 'index.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CACHE = join(ROOT, '.build', 'bundles');

/** Packages that mailauth loads for little or nothing. */
const MAILAUTH_ALIAS = {
  joi: './core/build/mailauth/joi.cjs',
  'iconv-lite': './core/build/mailauth/charsets.cjs',
  'encoding-japanese': './core/build/mailauth/charsets.cjs',
};

/** Some CommonJS dependencies call `require` at run time; an ES module has none of its own. */
const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Bundles one program, the AWS SDK included, into `<outdir>/index.mjs`. Code that a function loads on demand
 * (`import()`) goes to `<outdir>/chunks`, so that a cold start compiles only what it runs, and a reader thread no AWS
 * client. The edge, which starts once, is one file. Lambda's handler is `index.handler`.
 */
export function bundleProgram(name: ProgramName, outdir: string): string {
  for (const options of buildsOf(name, outdir)) buildSync(options);
  return join(outdir, BUNDLE_FILE);
}

/** Bundles every program, each into `<outdir>/<name>`; unchanged bundles come from the cache. */
export async function bundleAllPrograms(outdir: string): Promise<void> {
  try {
    await Promise.all(PROGRAM_NAMES.map((name) => bundleFromCache(name, join(outdir, name))));
  } finally {
    // esbuild would otherwise keep its own process for the next build.
    await stop();
  }
}

/** As `bundleProgram`, with unchanged bundles from the cache. */
export async function bundleFromCache(name: ProgramName, outdir: string): Promise<string> {
  for (const [at, options] of buildsOf(name, 'out').entries()) {
    const files = await cachedBundle(ROOT, join(CACHE, `${name}-${at}.json`), options);
    for (const [path, code] of Object.entries(files)) {
      await mkdir(dirname(join(outdir, path)), { recursive: true });
      await writeFile(join(outdir, path), code);
    }
  }
  return join(outdir, BUNDLE_FILE);
}

/** The builds of a program: its entry, and the authentication thread of the parser, which has aliases of its own. */
export function buildsOf(name: ProgramName, outdir: string) {
  const program = buildOptions(name, outdir);
  if (name !== 'parser') return [program];
  const thread = {
    ...program,
    entryPoints: [{ in: 'lambda/parser/authentication/auth-thread.ts', out: 'authentication' }],
    splitting: false,
    alias: MAILAUTH_ALIAS,
  };
  return [program, thread];
}

export function buildOptions(name: ProgramName, outdir: string) {
  return {
    absWorkingDir: ROOT,
    entryPoints: [{ in: PROGRAMS[name], out: 'index' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: name !== 'edge-mta',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    // Names appear in log lines (`TransientError`). A function loads faster when only the names that matter are
    // restored; in
    // the edge that costs a call for each closure, 3 % of a mail.
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: name !== 'edge-mta',
    keepNames: name !== 'edge-mta',
    platform: 'node',
    target: 'node20',
    // The image is built without the repository's tsconfig.json, from which esbuild would take "strict".
    tsconfigRaw: {},
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    legalComments: 'none',
    logLevel: 'warning',
  } satisfies BuildOptions;
}
