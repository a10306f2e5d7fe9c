import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramName } from './bundle.ts';

/** `dist/bundles` of an installed package, where this file is compiled to `dist/core/build`. A clone has no such folder. */
const BUNDLES = resolve(dirname(fileURLToPath(import.meta.url)), '../../bundles');

/**
 * The finished bundle of a program, as `bundleProgram` writes it; for the edge a build context of Docker, its Dockerfile
 * included. Null in a clone, which bundles its sources.
 */
export function prebuiltFolder(name: ProgramName): string | null {
  return existsSync(BUNDLES) ? join(BUNDLES, name) : null;
}
