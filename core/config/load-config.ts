import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PermanentError } from '../mail/errors.ts';
import { parseConfig } from './define-config.ts';
import type { PipelineConfig } from './schema.ts';

/** Reads a configuration file, TypeScript or JavaScript, whose default export is what `defineConfig` returned. */
export async function loadConfig(file: string): Promise<PipelineConfig> {
  const path = resolve(file);
  if (!existsSync(path)) throw new PermanentError('config.missing', `there is no configuration file ${path}`);
  const module: { default?: unknown } = await import(pathToFileURL(path).href);
  if (typeof module.default !== 'object' || module.default === null) {
    throw new PermanentError(
      'config.invalid',
      `${path} has no default export: write "export default defineConfig({ … })"`,
    );
  }
  return parseConfig(module.default, relative('.', path));
}
