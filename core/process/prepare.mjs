import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** The oldest supported Node.js; a test compares it with package.json. */
const NEEDED = '20.15';
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/**
 * What a program does before it loads anything, in JavaScript that old versions of Node.js understand: it ends with one
 * sentence when this Node.js is too old, or when there is no temporary directory (where tsx keeps what it has
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
      // Once loaded, the program has its own handler (runProgram).
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
 * Loads a program: the TypeScript of a clone, which tsx compiles, or the compiled file of a package. Ctrl-C also ends
 * esbuild, so that whatever has not been compiled fails to load. That error is reported only when no signal arrived,
 * which becomes known one turn of the event loop later.
 *
 * @param {URL} program its TypeScript
 */
export async function load(program) {
  try {
    if (!existsSync(program)) return await import(program.href.replace(/\.ts$/, '.js'));
    // Only now: an old Node.js cannot load it.
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
