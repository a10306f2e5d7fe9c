import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildOptions, bundleFromCache, type ProgramName } from '../../core/build/bundle.ts';
import type { Bundle } from './function-world.ts';

/** One line of one program, broken on purpose while it is bundled. */
export interface Sabotage {
  program: ProgramName;
  file: string;
  /** Has to stand in the file once. */
  line: string;
  broken: string;
}

/** Bundles all programs as they are but one. */
export function sabotaged(sabotage: Sabotage): Bundle {
  return async (name, outdir) => {
    if (name !== sabotage.program) return bundleFromCache(name, outdir);
    return build({ ...buildOptions(name, outdir), plugins: [breaking(sabotage)] });
  };
}

function breaking({ file, line, broken }: Sabotage): Plugin {
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
