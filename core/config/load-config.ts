import { statSync } from 'node:fs';
import { extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/cjs/api';
import { register as registerModules } from 'tsx/esm/api';
import * as z from 'zod';
import { PermanentError } from '../mail/errors.ts';
import { parseConfig } from './define-config.ts';
import { loadFault } from './load-fault.ts';
import type { PipelineConfig } from './schema.ts';

/** Whether this is an installed package. */
const COMPILED = import.meta.url.endsWith('.js');

const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * Reads a configuration file, TypeScript or JavaScript, whose default export is what `defineConfig` takes or returned.
 *
 * @throws PermanentError `config.missing`, `config.invalid` with file, line, fault and remedy
 */
export async function loadConfig(file: string): Promise<PipelineConfig> {
  const path = resolve(file);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new PermanentError('config.missing', `there is no configuration file ${path}: correct --config`);
  }
  if (!EXTENSIONS.includes(extname(path))) {
    throw new PermanentError(
      'config.invalid',
      `${path} is not a configuration: give a TypeScript or JavaScript file (.ts, .mjs)`,
    );
  }
  const exported = await defaultExport(path);
  if (typeof exported !== 'object' || exported === null) {
    throw new PermanentError(
      'config.invalid',
      `${path} has no default export: write "export default defineConfig({ … })"`,
    );
  }
  return parseConfig(exported, relative('.', path));
}

async function defaultExport(path: string): Promise<unknown> {
  // In a folder without `"type": "module"` the file is CommonJS, which import() hands to require().
  const unregister = register();
  // A clone already does this for its own sources (core/process/prepare.mjs).
  const unregisterModules = COMPILED ? registerModules() : () => {};
  try {
    const { default: exported }: { default?: unknown } = await import(pathToFileURL(path).href);
    return commonJs.safeParse(exported).data?.default ?? exported;
  } catch (error) {
    throw await loadFault(error, path);
  } finally {
    unregister();
    await unregisterModules();
  }
}

/** What import() returns for a module compiled to CommonJS: all its exports as the default export. */
const commonJs = z.object({ __esModule: z.literal(true), default: z.unknown() });
