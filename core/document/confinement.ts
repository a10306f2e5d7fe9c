import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * What a process that opens documents cannot do, though it runs as the same user as its parent. Credentials of the
 * function are in /proc/<parent>/environ and in its memory.
 */

/** Node 22.13 and later have the permission model under this name, Node 20 under an older one. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/**
 * Options of Node by which it reads the files of its own program and no others, writes none, and starts neither
 * processes nor threads (those of Node choose their own permissions). Native code is loaded for drawing alone: it is
 * under no permission.
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
    // Its ATTACH opens databases anywhere.
    ...(process.allowedNodeEnvironmentFlags.has('--experimental-sqlite') ? ['--no-experimental-sqlite'] : []),
  ];
}

/** The canvas, and beside it the package with its native code. */
const drawingPackages = (drawWith: string): string =>
  dirname(dirname(createRequire(join(drawWith, 'package.json')).resolve('@napi-rs/canvas/package.json')));

/** The 14 fonts that a PDF need not bring with it (ISO 32000-1 §9.6.2.2). */
export const standardFonts = (drawWith: string): string =>
  join(dirname(createRequire(join(drawWith, 'package.json')).resolve('pdfjs-dist/package.json')), 'standard_fonts');

/** SIGUSR1, which any process of the user can send, has Node listen for a debugger. A listener takes its place. */
export function refuseDebugger(): void {
  if (process.listenerCount('SIGUSR1') === 0) process.on('SIGUSR1', () => {});
}

/**
 * A function that is killed cannot end the process, and a document may hold its thread in a loop for ever: a shell that
 * waits for a pipe sees that the parent is gone.
 */
export function endWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const shell = spawn('/bin/sh', ['-c', 'read -r line; kill -9 "$0"', String(child.pid)], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell nothing outlives the function but a document that loops: its pipes are closed.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  child.once('exit', () => shell.kill('SIGKILL'));
}
