import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';
import { BUNDLE_FILE, buildOptions, buildsOf, bundleFromCache, type ProgramName } from '../../core/build/bundle.ts';
import type { Bundle } from './function-harness.ts';

/** A placeholder: nothing is written to it. */
const OUT = 'out';

/** A line to break on purpose while a program is bundled. */
export interface BrokenLine {
  file: string;
  /** Must occur exactly once in the file. */
  line: string;
  broken: string;
}

/** A line to break in one program. */
export interface Sabotage extends BrokenLine {
  program: ProgramName;
}

/** Bundles every program as it is, except the sabotaged one. */
export function sabotaged(sabotage: Sabotage): Bundle {
  let built: Promise<OutputFile[]> | null = null;
  return async (name, outdir) => {
    if (name !== sabotage.program) {
      await bundleFromCache(name, outdir);
      return;
    }
    built ??= broken(sabotage);
    for (const { path, contents } of await built) {
      const file = join(outdir, relative(resolve(OUT), path));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, contents);
    }
  };
}

/** The output files of the sabotaged program, below `OUT`. */
async function broken(sabotage: Sabotage): Promise<OutputFile[]> {
  const [program, ...others] = buildsOf(sabotage.program, OUT);
  const builds: BuildOptions[] = [{ ...program, plugins: [breaking(sabotage)] }, ...others];
  const built = await Promise.all(builds.map((options) => build({ ...options, write: false })));
  return built.flatMap(({ outputFiles }) => outputFiles);
}

/** Bundles a module, such as the command line, into `<outdir>/index.mjs` and returns that file. */
export async function bundleBroken(entry: string, outdir: string, broken: BrokenLine | null): Promise<string> {
  const options: BuildOptions = {
    ...buildOptions('edge-mta', outdir),
    entryPoints: [{ in: entry, out: 'index' }],
  };
  await build({ ...options, plugins: broken === null ? [] : [breaking(broken)] });
  return join(outdir, BUNDLE_FILE);
}

function breaking({ file, line, broken }: BrokenLine): Plugin {
  return {
    name: 'sabotage',
    setup({ onLoad, onEnd }) {
      let loaded = false;
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path !== resolve(file)) return null;
        const source = await readFile(path, 'utf8');
        if (source.split(line).length !== 2) throw new Error(`${file} does not have the line to break once: ${line}`);
        loaded = true;
        return { contents: source.replace(line, () => broken), loader: 'ts' };
      });
      onEnd(() => {
        if (!loaded) throw new Error(`the program does not use ${file}`);
      });
    },
  };
}
