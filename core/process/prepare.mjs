import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** The oldest Node.js; a test holds it to package.json. */
const NEEDED = '20.15';
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/**
 * What a program does before it loads anything, in JavaScript that old versions of Node.js understand: it ends with one
 * sentence when this Node.js is too old for it, or when there is no temporary directory (tsx keeps there what it has
 * compiled), and a signal ends it with one line while it is still loading.
 *
 * @param {string} name as users call the program
 */
export function prepare(name) {
  if (isOlder(process.versions.node, NEEDED)) {
    process.stderr.write(
      `${name}: needs Node.js ${NEEDED} or newer and this is ${process.versions.node}: install a newer one (https://nodejs.org)\n`,
    );
    process.exit(1);
  }
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      // Once it has loaded, the program has a handler of its own (runProgram).
      if (process.listenerCount(signal) > 1) return;
      process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${name}: interrupted\n`);
      process.exit(code);
    });
  }
  try {
    rmdirSync(mkdtempSync(join(tmpdir(), 'mail-pipeline-')));
  } catch (error) {
    process.stderr.write(
      `${name}: the temporary directory ${tmpdir()} cannot be written (${error.code}): set TMPDIR to another one\n`,
    );
    process.exit(1);
  }
}

/**
 * Loads a program: the TypeScript of a clone, which tsx compiles, or what the package has in its place. Ctrl-C also ends
 * esbuild, so that what has not been compiled fails to load: that is told only when no signal came, which is heard a
 * turn later.
 *
 * @param {URL} program its TypeScript
 */
export async function load(program) {
  try {
    if (!existsSync(program)) return await import(program.href.replace(/\.ts$/, '.js'));
    // Only now: on an old Node.js it does not load.
    const { register } = await import('tsx/esm/api');
    register();
    await import(program.href);
  } catch (error) {
    await turn();
    await turn();
    throw error;
  }
}

/** @param {string} version @param {string} needed */
function isOlder(version, needed) {
  const [a, b] = [version, needed].map((text) => text.split('.').map(Number));
  const at = b.findIndex((part, index) => part !== a[index]);
  return at !== -1 && a[at] < b[at];
}
