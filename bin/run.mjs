import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load, prepare } from '../core/process/prepare.mjs';

// node bin/run.mjs NAME PROGRAM.ts [ARGUMENTS…]: runs a TypeScript program that users start directly.
const [, , name, program] = process.argv;
prepare(name);
process.argv.splice(1, 3, resolve(program));
await load(pathToFileURL(process.argv[1]));
