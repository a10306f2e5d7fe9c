import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bundleAllPrograms, bundleProgram, PROGRAM_NAMES, type ProgramName } from '../../core/build/bundle.ts';
import { cachedBundle } from '../../core/build/bundle-cache.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
/** The folder of a program as it would be deployed. */
const deployed = (name: ProgramName, ...file: string[]) => path('deployed', name, ...file);
beforeAll(() => {
  for (const name of PROGRAM_NAMES) bundleProgram(name, deployed(name));
});

it('local mode runs the deployed bundles byte for byte', async () => {
  await bundleAllPrograms(path('local'));
  for (const name of PROGRAM_NAMES) {
    const files = await readdir(deployed(name), { recursive: true });
    expect(files).toContain('index.mjs');
    expect(await readdir(path('local', name), { recursive: true })).toEqual(files);
    for (const file of files.filter((file) => file.endsWith('.mjs'))) {
      const code = await readFile(path('local', name, file), 'utf8');
      expect(code === (await readFile(deployed(name, file), 'utf8')), `${name}/${file}`).toBe(true);
    }
  }
});

it('the edge is bundled into one file', async () => {
  expect(await readdir(deployed('edge-mta'))).toEqual(['index.mjs']);
});

it('the EventBridge client is loaded only for the first event', async () => {
  for (const program of ['parser', 'dead-letter'] as const) {
    const files = (await readdir(deployed(program), { recursive: true })).filter((file) => file.endsWith('.mjs'));
    const codes = await Promise.all(files.map((file) => readFile(deployed(program, file), 'utf8')));
    const clients = files.filter((_path, at) => codes[at]?.includes('"AWSEvents"'));
    const name = clients[0]?.slice(clients[0].lastIndexOf('/') + 1) ?? 'none';
    const imports = codes.flatMap((code) => [...code.matchAll(/(from|import\(?)"([^"]*)"/g)]);
    const ways = imports.filter(([, , path = '']) => path.endsWith(`/${name}`)).map(([, way]) => way);
    expect([clients.length, new Set(ways)]).toEqual([1, new Set(['import('])]);
  }
});

it('the enricher loads PDF libraries and Textract only for a document', async () => {
  const loaded = await staticImports(deployed('enricher', 'index.mjs'));
  const code = (await Promise.all([...loaded].map((file) => readFile(file, 'utf8')))).join('\n');
  for (const name of ['pdfjs', 'PDFDocument', 'AnalyzeExpense', '@napi-rs/canvas', 'tesseract.js']) {
    expect(code.includes(name), name).toBe(false);
  }
});

it('the parser loads the AWS SDK only after a failed request', async () => {
  const files = await readdir(deployed('parser'), { recursive: true });
  const handler = files.find((file) => /create-handler-[^/]*\.mjs$/.test(file)) ?? 'none';
  const loaded = await staticImports(deployed('parser', handler));
  const code = (await Promise.all([...loaded].map((file) => readFile(file, 'utf8')))).join('\n');
  expect(code).toContain('AWS4-HMAC-SHA256');
  for (const name of ['S3Client', 'SQSClient', 'PutObjectCommand', 'SendMessageCommand']) {
    expect(code.includes(`"${name}"`), name).toBe(false);
  }
});

/** `file` and everything it imports statically. */
async function staticImports(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, , relative = ''] of (await readFile(file, 'utf8')).matchAll(/(from|import)"(\.[^"]*)"/g)) {
    await staticImports(join(file, '..', relative), seen);
  }
  return seen;
}

it('a bundle is cached until one of its sources changes', async () => {
  const root = path('program');
  const cache = path('cache', 'program.json');
  const options = {
    absWorkingDir: root,
    entryPoints: ['main.js'],
    outdir: 'out',
    bundle: true,
    logLevel: 'silent' as const,
  };
  const bundle = async () => (await cachedBundle(root, cache, options))['main.js'];
  await mkdir(root);
  await writeFile(join(root, 'main.js'), "import { text } from './text.js'; globalThis.shown = text;");
  await writeFile(join(root, 'text.js'), "export const text = 'first';");
  const first = await bundle();
  expect(first).toContain('"first"');

  await writeFile(cache, (await readFile(cache, 'utf8')).replaceAll('first', 'from the cache'));
  expect(await bundle()).toBe(first?.replaceAll('first', 'from the cache'));

  const { atime, mtime } = await stat(join(root, 'text.js'));
  await writeFile(join(root, 'text.js'), "export const text = 'other';");
  await utimes(join(root, 'text.js'), atime, mtime);
  expect(await bundle()).toContain('"other"');
  await writeFile(cache, 'not JSON');
  expect(await bundle()).toContain('"other"');
  await rm(join(root, 'text.js'));
  await expect(bundle()).rejects.toThrow('Could not resolve "./text.js"');
});
