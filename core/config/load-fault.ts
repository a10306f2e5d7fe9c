import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Message } from 'esbuild';
import { errorText, PermanentError } from '../mail/errors.ts';

const CORRECT = 'correct this line; docs/configuration.md describes every setting';
/** A clone is not in `node_modules`, so a configuration elsewhere imports it by path. */
const MODULE = import.meta.url.endsWith('.ts')
  ? fileURLToPath(new URL('define-config.ts', import.meta.url))
  : "'mail-pipeline/config'";
const FIND_MODULE = `correct the path; outside of this project, import defineConfig from ${MODULE}, or export the plain object`;

/**
 * Why a configuration failed to load, as one `config.invalid` error that says where, what and how to fix it.
 * @param file absolute path of the configuration
 */
export async function loadFault(error: unknown, file: string): Promise<PermanentError> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // Compares the code, not the class: a file outside this project may load its own copy of defineConfig.
  if (code === 'config.invalid') return invalid(errorText(error).replace(/^[^\n]*:\n/, `${file}:\n`));
  const found = await compilerFault(file);
  if (found !== null) return invalid(found);
  const [text = ''] = errorText(error).split('\n');
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return invalid(`${thrownAt(error, file)}: ${plain(text)}: ${missing ? FIND_MODULE : CORRECT}`);
}

const invalid = (message: string): PermanentError => new PermanentError('config.invalid', message);

/** Syntax errors and unresolved imports, which the module loader reports without a line. Null when the file compiles. */
async function compilerFault(file: string): Promise<string | null> {
  const compiling = build({
    ...{ entryPoints: [file], bundle: true, write: false, packages: 'external' },
    ...{ platform: 'node', format: 'esm', logLevel: 'silent' },
  });
  const errors = await compiling.then(
    (): Message[] => [],
    ({ errors }: { errors: Message[] }) => errors,
  );
  const [first] = errors;
  if (first?.location == null) return null;
  const { file: where, line, column } = first.location;
  // esbuild counts columns from 0, editors from 1.
  return `${resolve(where)}:${line}:${column + 1}: ${first.text}: ${first.text.startsWith('Could not resolve') ? FIND_MODULE : CORRECT}`;
}

/** The line of the configuration where an error was thrown, as `file:line:column`; the file alone when it has none. */
function thrownAt(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '').replaceAll('file://', '') : '';
  const frames = stack.split('\n').map((line) => line.replace(/^ +at (.*\()?|\)$/g, ''));
  return frames.find((frame) => frame.startsWith(`${file}:`)) ?? file;
}

/** Without esbuild's spelling of what was imported: `(0, import_define_config.defineConfig)`. */
const plain = (text: string): string => text.replace(/\(0 ?, ?\w+\.(\w+)\)/, '$1');
