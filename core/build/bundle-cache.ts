import { statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, version } from 'esbuild';
import * as z from 'zod/mini';

/** One bundle: its files by path, and what it was built from. */
const entrySchema = z.object({
  /** Version and options of esbuild. */
  built: z.string(),
  /** The stamp of each source file, by its path. */
  inputs: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string()),
});
type Entry = z.infer<typeof entrySchema>;

/**
 * The files that esbuild would write into `outdir`, cached in `file` until a source file changes. Bundling would
 * otherwise take a second of every start.
 */
export async function cachedBundle(
  root: string,
  file: string,
  options: BuildOptions & { outdir: string },
): Promise<Record<string, string>> {
  const built = JSON.stringify([version, options]);
  const kept = await readEntry(file);
  if (kept?.built === built && Object.entries(kept.inputs).every(([path, stamp]) => stampOf(root, path) === stamp)) {
    return kept.files;
  }
  const startedAt = Date.now();
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
  const files = Object.fromEntries(
    (outputFiles ?? []).map(({ path, text }) => [relative(join(root, options.outdir), path), text]),
  );
  const inputs: Record<string, string> = {};
  for (const path of Object.keys(metafile?.inputs ?? {})) {
    const stamp = stampOf(root, path, startedAt);
    if (stamp === null) return files;
    inputs[path] = stamp;
  }
  await writeEntry(file, { built, inputs, files });
  return files;
}

/**
 * Size and time of the last change (ctime: unlike mtime, which an unpacked archive sets back, no program can change
 * it). Reading the thousand files themselves takes half as long as bundling. Null when the file is gone or changed
 * after `since`.
 */
function stampOf(root: string, path: string, since = Number.POSITIVE_INFINITY): string | null {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  return stats === undefined || stats.ctimeMs > since ? null : `${stats.size} ${stats.ctimeMs}`;
}

/** Null when there is no readable entry. */
async function readEntry(file: string): Promise<Entry | null> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Renames into place, because other processes may read or write the file at the same time. */
async function writeEntry(file: string, entry: Entry): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, JSON.stringify(entry));
  await rename(temporary, file);
}
