import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The corpus outside the repository. A plain clone does not have it. */
export const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');
export const HAS_CORPUS = existsSync(join(CORPUS, 'expected.ndjson'));

const expectedRecord = z.object({ id: z.string(), file: z.string(), variant: z.string() });

export interface CorpusMail {
  id: string;
  bytes: Buffer;
}

/** The mails whose authors state the expected result, with the line ends that result is for. */
export function expectedMails(): CorpusMail[] {
  return readFileSync(join(CORPUS, 'expected.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => expectedRecord.parse(JSON.parse(line)))
    .map(({ id, file, variant }) => ({ id, bytes: inVariant(readFileSync(join(CORPUS, file)), variant) }));
}

/** Every mail of the corpus, unmodified. */
export function allMails(): CorpusMail[] {
  return ['expected', 'raw'].flatMap((folder) =>
    filesUnder(join(CORPUS, folder))
      .filter((path) => /\.(eml|txt|msg)$/.test(path))
      .map((path) => ({ id: path.slice(CORPUS.length + 1), bytes: readFileSync(path) })),
  );
}

export function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}

function inVariant(bytes: Buffer, variant: string): Buffer {
  if (variant === 'lf') return Buffer.from(bytes.toString('latin1').replaceAll('\r', ''), 'latin1');
  if (variant === 'crlf') return Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
  return bytes;
}
