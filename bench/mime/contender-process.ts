import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { printedBy } from '../printed-by.ts';

const measured = z.object({ seconds: z.number() });

/** Bundles the readers of a checkout, which has its packages installed, into one program. */
export async function buildContenders(checkout: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: checkout,
    entryPoints: [join(checkout, 'bench/mime/contenders.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
}

/** CPU seconds that a contender needs for one mail, measured in a process of its own. */
export function secondsOf(program: string, contender: string, mail: string): Promise<number> {
  return secondsIn(process.execPath, [program, contender, mail]);
}

/** The same of a program that prints what contenders.ts prints. */
export async function secondsIn(command: string, args: readonly string[]): Promise<number> {
  return measured.parse(JSON.parse(await printedBy(command, args))).seconds;
}
