import { resolve } from 'node:path';
import { bundleProgram, PROGRAMS, type ProgramName } from './bundle.ts';

/** `node --import tsx core/build/main.ts PROGRAM FOLDER` bundles one program into a folder. */
const [name = '', outdir] = process.argv.slice(2);
if (!isProgramName(name) || outdir === undefined) {
  process.stderr.write(`usage: main.ts ${Object.keys(PROGRAMS).join('|')} FOLDER\n`);
  process.exit(2);
}
process.stdout.write(`${bundleProgram(name, resolve(outdir))}\n`);

function isProgramName(text: string): text is ProgramName {
  return Object.hasOwn(PROGRAMS, text);
}
