import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Programs that are deployed as one file each. Local mode runs the same files. */
export const PROGRAMS = {
  parser: 'lambda/parser/handler.ts',
  'edge-mta': 'edge-mta/main.ts',
} as const;

export type ProgramName = keyof typeof PROGRAMS;

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Some CommonJS dependencies call `require` at run time; an ES module has none of its own. */
const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Bundles one program, the AWS SDK included, into `<outdir>/index.mjs` (and nothing else, so that a deployment
 * package holds one file). Lambda's handler is `index.handler`.
 */
export function bundleProgram(name: ProgramName, outdir: string): string {
  mkdirSync(outdir, { recursive: true });
  const outfile = join(outdir, 'index.mjs');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [PROGRAMS[name]],
    outfile,
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
  });
  return outfile;
}
