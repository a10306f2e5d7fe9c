import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { errorText, PermanentError } from '../../core/mail/errors.ts';

const FILE = 'package.json';

const texts = z.optional(z.record(z.string(), z.string()));
const schema = z.looseObject({ scripts: texts, dependencies: texts, devDependencies: texts });

/** What package.json needs to run the generated files. */
export interface Needs {
  scripts: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
}

export interface Manifest {
  /** The file with the missing entries added; existing entries are unchanged. */
  text: string;
  /** Packages that were added. */
  added: string[];
}

/** @throws PermanentError `package.missing`, `package.invalid` */
export async function completedManifest({ scripts, devDependencies }: Needs): Promise<Manifest> {
  const text = await readFile(FILE, 'utf8').catch((error: unknown) => {
    throw new PermanentError(
      'package.missing',
      `no readable ${FILE} in this folder (${errorText(error)}): install mail-pipeline here first, with npm install`,
    );
  });
  const parsed = parse(text);
  const present = { ...parsed.dependencies, ...parsed.devDependencies };
  const missing = Object.entries(devDependencies).filter(([name]) => !Object.hasOwn(present, name));
  const completed = {
    ...parsed,
    scripts: { ...scripts, ...parsed.scripts },
    devDependencies: sorted({ ...parsed.devDependencies, ...Object.fromEntries(missing) }),
  };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return { text: `${JSON.stringify(completed, null, indent)}\n`, added: missing.map(([name]) => name) };
}

/** @throws PermanentError `package.invalid` */
function parse(text: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    throw new PermanentError('package.invalid', `${FILE} cannot be read: ${errorText(error)}: correct it first`);
  }
}

const sorted = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
