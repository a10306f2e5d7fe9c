import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

/** Compiles the example of docs/enrichment-step.md in a copy of the sources, complete and with parts missing. */

const DOCS = readFileSync('docs/enrichment-step.md', 'utf8');

mkdirSync('.build', { recursive: true });
const copy = mkdtempSync(resolve('.build/step-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));
const FOLDERS = ['core', 'lambda/enricher', 'lambda/parser'];
for (const folder of FOLDERS) cpSync(folder, join(copy, folder), { recursive: true });
writeFileSync(
  join(copy, 'tsconfig.json'),
  JSON.stringify({
    extends: resolve('tsconfig.json'),
    include: FOLDERS.map((folder) => `${folder}/**/*.ts`),
    exclude: [],
  }),
);
for (const [path, text] of filesOf(DOCS)) write(path, text);
for (const { path, after, added } of linesOf(DOCS)) edit(path, after, `${after}\n${added}`);

it('a step written as the documentation says compiles', async () => {
  expect(await errors()).toBe('');
});

it.each([
  ['its field of the document', 'core/mail/enrichment-schema.ts', /^ {2}words: .*\n/m, /registry\.ts.*'words'/s],
  ['its line in the registry', 'core/enrich/steps/registry.ts', /^ {2}words,\n/m, /registry\.ts.*'words' is missing/s],
  ['its runner', 'lambda/enricher/runners.ts', /^ {2}words: .*\n/m, /runners\.ts.*'words' is missing/s],
  ['its configuration', 'core/enrich/steps/words/step.ts', /^ {2}config: .*\n/m, /step\.ts.*'config' is missing/s],
  ['its plan', 'core/enrich/steps/words/step.ts', /^ {4}plan: .*\n/m, /step\.ts.*'plan' is missing/s],
  ['its place in the document', 'core/enrich/steps/words/step.ts', /^ {4}document: .*\n/m, /step\.ts.*'document'/s],
  [
    'its cost metric',
    'core/enrich/steps/words/step.ts',
    /^ {4}costMetric: .*\n/m,
    /step\.ts.*'costMetric' is missing/s,
  ],
  ['the form of its result', 'core/enrich/steps/words/step.ts', /^ {4}result: .*\n/m, /step\.ts.*'result' is missing/s],
  ['its settings', 'core/enrich/steps/words/config.ts', /^ {2}settings: .*\n/m, /config\.ts.*'settings' is missing/s],
])('without %s it does not', async (_, path, part, expected) => {
  const whole = readFileSync(join(copy, path), 'utf8');
  expect(whole).toMatch(part);
  write(path, whole.replace(part, ''));
  try {
    expect(await errors()).toMatch(expected);
  } finally {
    write(path, whole);
  }
});

/** TypeScript code blocks, each with its path from the first line. */
function filesOf(docs: string): [path: string, text: string][] {
  return [...docs.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => [path, text]);
}

/** Lines of the diff block that are added to files, each with the existing line it follows. */
function linesOf(docs: string): { path: string; after: string; added: string }[] {
  let path = '';
  let after = '';
  const block = /^```diff\n([\s\S]*?)^```$/m.exec(docs)?.[1] ?? '';
  return block.split('\n').flatMap((line) => {
    if (line.startsWith('// ')) path = line.slice(3);
    else if (line.startsWith(' ')) after = line.slice(1);
    else if (line.startsWith('+')) return [{ path, after, added: line.slice(1) }];
    return [];
  });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(join(copy, path), 'utf8');
  if (!text.includes(`${from}\n`)) throw new Error(`${path} has no line ${from}`);
  write(
    path,
    text.replace(from, () => to),
  );
}

/** The compiler's output; empty without errors. */
async function errors(): Promise<string> {
  const tsc = resolve('node_modules/.bin/tsc');
  return promisify(execFile)(tsc, ['-p', copy, '--pretty', 'false'], { maxBuffer: 2 ** 26 }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}
