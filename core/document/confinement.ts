import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * What a process that opens documents cannot do, although it runs as the same user as its parent. The credentials of the
 * function are in /proc/<parent>/environ and in its memory.
 */

/** The permission model has this name in Node 22.13 and later, an older one in Node 20. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/**
 * Options for a Node process that may read only the files of its own program, write none, and start neither processes
 * nor threads (those of Node choose their own permissions). Native code, which no permission restricts, is loaded only
 * for drawing.
 *
 * @param drawWith folder whose packages draw; null when nothing is drawn
 */
export function confinement(entry: URL, drawWith: string | null): string[] {
  const drawing = drawWith === null ? [] : [drawingPackages(drawWith), standardFonts(drawWith)];
  const folders = [dirname(fileURLToPath(entry)), ...drawing];
  const readable = new Set(folders.flatMap((folder) => [folder, realpathSync(folder)]));
  return [
    PERMISSION,
    ...[...readable].map((folder) => `--allow-fs-read=${join(folder, '*')}`),
    ...(drawWith === null ? [] : ['--allow-addons']),
    // ATTACH of SQLite opens databases anywhere.
    ...(process.allowedNodeEnvironmentFlags.has('--experimental-sqlite') ? ['--no-experimental-sqlite'] : []),
  ];
}

/** The canvas package, and beside it the package with its native code. */
const drawingPackages = (drawWith: string): string =>
  dirname(dirname(createRequire(join(drawWith, 'package.json')).resolve('@napi-rs/canvas/package.json')));

/** The 14 standard fonts, which a PDF need not embed (ISO 32000-1 §9.6.2.2). */
export const standardFonts = (drawWith: string): string =>
  join(dirname(createRequire(join(drawWith, 'package.json')).resolve('pdfjs-dist/package.json')), 'standard_fonts');

/** SIGUSR1, which any process of the same user can send, makes Node listen for a debugger. A listener prevents that. */
export function refuseDebugger(): void {
  if (process.listenerCount('SIGUSR1') === 0) process.on('SIGUSR1', () => {});
}

/**
 * A killed function cannot end the process, and a document may hold its thread in an endless loop. A shell that waits
 * for a pipe notices when the parent is gone, and kills it.
 */
export function endWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const shell = spawn('/bin/sh', ['-c', 'read -r line; kill -9 "$0"', String(child.pid)], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell, only a document that loops outlives the function: its pipes are closed.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  child.once('exit', () => shell.kill('SIGKILL'));
}
