import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, version } from 'esbuild';
import * as z from 'zod/mini';

/** One bundle, its files by their paths, and the content of which files it was made of. */
const entrySchema = z.object({
  digest: z.string(),
  inputs: z.array(z.string()),
  files: z.record(z.string(), z.string()),
});
type Entry = z.infer<typeof entrySchema>;

/**
 * The files that esbuild would write into `outdir`, kept in `file` for as long as every source file has the content it
 * had. Bundling takes a second of every start otherwise.
 */
export async function cachedBundle(
  root: string,
  file: string,
  options: BuildOptions & { outdir: string },
): Promise<Record<string, string>> {
  const kept = await readEntry(file);
  if (kept !== null && (await digestOf(root, kept.inputs, options)) === kept.digest) return kept.files;
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
  const files = Object.fromEntries(
    (outputFiles ?? []).map(({ path, text }) => [relative(join(root, options.outdir), path), text]),
  );
  const inputs = Object.keys(metafile?.inputs ?? {});
  const digest = await digestOf(root, inputs, options);
  if (digest !== null) await writeEntry(file, { digest, inputs, files });
  return files;
}

/** Null when a file is gone. */
async function digestOf(root: string, inputs: readonly string[], options: BuildOptions): Promise<string | null> {
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  try {
    const contents = await Promise.all(inputs.map((input) => readFile(join(root, input))));
    contents.forEach((content, at) => {
      hash.update(`\n${inputs[at]} ${content.length}\n`).update(content);
    });
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/** Null when there is none, or none that can be read. */
async function readEntry(file: string): Promise<Entry | null> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** By renaming, as others may read or write it at the same time. */
async function writeEntry(file: string, entry: Entry): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, JSON.stringify(entry));
  await rename(temporary, file);
}
