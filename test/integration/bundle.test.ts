import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleAllPrograms, bundleProgram, PROGRAM_NAMES } from '../../core/build/bundle.ts';
import { cachedBundle } from '../../core/build/bundle-cache.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(root, { recursive: true }));

it.each(PROGRAM_NAMES)('runs locally, byte for byte, what would be deployed: %s', async (name) => {
  await bundleAllPrograms(root);
  const deployed = join(root, 'deployed', name);
  bundleProgram(name, deployed);
  const files = await readdir(deployed, { recursive: true });
  expect(files).toContain('index.mjs');
  expect(await readdir(join(root, name), { recursive: true })).toEqual(files);
  for (const file of files.filter((path) => path.endsWith('.mjs'))) {
    expect(await readFile(join(root, name, file), 'utf8')).toBe(await readFile(join(deployed, file), 'utf8'));
  }
});

it('puts the edge into one file', async () => {
  bundleProgram('edge-mta', root);
  expect(await readdir(root)).toEqual(['index.mjs']);
});

it('loads the client of EventBridge only for the first event', async () => {
  for (const program of ['parser', 'dead-letter'] as const) {
    bundleProgram(program, join(root, program));
    const files = (await readdir(join(root, program), { recursive: true })).filter((path) => path.endsWith('.mjs'));
    const codes = await Promise.all(files.map((path) => readFile(join(root, program, path), 'utf8')));
    const clients = files.filter((_path, at) => codes[at]?.includes('"AWSEvents"'));
    const name = clients[0]?.slice(clients[0].lastIndexOf('/') + 1) ?? 'none';
    const imports = codes.flatMap((code) => [...code.matchAll(/(from|import\(?)"([^"]*)"/g)]);
    const ways = imports.filter(([, , path = '']) => path.endsWith(`/${name}`)).map(([, way]) => way);
    expect([clients.length, new Set(ways)]).toEqual([1, new Set(['import('])]);
  }
});

it('loads PDF libraries and Textract in the enricher only for a document', async () => {
  bundleProgram('enricher', root);
  const loaded = await staticImports(join(root, 'index.mjs'));
  const code = (await Promise.all([...loaded].map((path) => readFile(path, 'utf8')))).join('\n');
  for (const name of ['pdfjs', 'PDFDocument', 'AnalyzeExpense', '@napi-rs/canvas', 'tesseract.js']) {
    expect(code.includes(name), name).toBe(false);
  }
});

/** The files that are there as soon as one is loaded. */
async function staticImports(path: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, , relative = ''] of (await readFile(path, 'utf8')).matchAll(/(from|import)"(\.[^"]*)"/g)) {
    await staticImports(join(path, '..', relative), seen);
  }
  return seen;
}

it('keeps a bundle until one of its sources changes', async () => {
  const cache = join(root, 'cache', 'program.json');
  const options = { absWorkingDir: root, entryPoints: ['main.js'], outdir: 'out', bundle: true };
  const bundle = async () => (await cachedBundle(root, cache, options))['main.js'];
  await writeFile(join(root, 'main.js'), "import { text } from './text.js'; globalThis.shown = text;");
  await writeFile(join(root, 'text.js'), "export const text = 'first';");
  const first = await bundle();
  expect(first).toContain('"first"');

  await writeFile(cache, (await readFile(cache, 'utf8')).replaceAll('first', 'from the cache'));
  expect(await bundle()).toBe(first?.replaceAll('first', 'from the cache'));

  await writeFile(join(root, 'text.js'), "export const text = 'second';");
  expect(await bundle()).toContain('"second"');
  await writeFile(cache, 'not JSON');
  expect(await bundle()).toContain('"second"');
});
