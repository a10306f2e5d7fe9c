import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * In an installed package, where this file is `dist/core/build`; `npm run build` fills it. A clone has no such folder.
 */
const BUNDLES = resolve(dirname(fileURLToPath(import.meta.url)), '../../bundles');

/** The folder that holds a folder for each program; null in a clone. */
export const prebuiltBundles = (): string | null => (existsSync(BUNDLES) ? BUNDLES : null);

/**
 * The finished bundle of a program, as `bundleProgram` writes it; for the edge a Docker build context with its
 * Dockerfile; for the console the files of its page. Null in a clone, which bundles its sources.
 */
export function prebuiltFolder(name: string): string | null {
  const bundles = prebuiltBundles();
  return bundles === null ? null : join(bundles, name);
}
