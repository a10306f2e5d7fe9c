import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleProgram } from '../../../core/build/bundle.ts';
import { CpuBudget } from '../../../core/document/cpu-budget.ts';
import { type DocumentProcessOptions, openDocument } from '../../../core/document/document-process.ts';
import type { DocumentAnswer, DocumentRequest } from '../../../core/document/protocol.ts';

/** The folder whose packages the tests use. */
export const PACKAGES = process.cwd();

let directory: string | undefined;
let bundle: string | undefined;

/** Call at the end of a test file, because the test files of one project may share this module. */
export function removeDocumentBundle(): void {
  if (directory !== undefined) rmSync(directory, { recursive: true });
  directory = undefined;
  bundle = undefined;
}

/** The process that opens documents, from the enricher bundle as deployed. Clean up with `removeDocumentBundle`. */
export function documentProcess(limits: NonNullable<DocumentProcessOptions['limits']> = {}): DocumentProcessOptions {
  directory ??= mkdtempSync(join(tmpdir(), 'enricher-'));
  bundle ??= bundleProgram('enricher', directory);
  return { entry: pathToFileURL(bundle), libraryPath: null, limits };
}

/** A caller with no deadline and no other open documents. */
export const unlimited = (signal = new AbortController().signal) => ({ signal, budget: new CpuBudget(600_000) });

/** All its answers about a document. */
export async function answersTo(
  bytes: Buffer,
  request: Partial<DocumentRequest> = {},
  options = documentProcess(),
  caller = unlimited(),
): Promise<{ answers: DocumentAnswer[]; pictures: Buffer[] }> {
  const answers: DocumentAnswer[] = [];
  const pictures: Buffer[] = [];
  const whole = { maxPages: 10, drawWith: null, previewPage: null, ...request };
  for await (const { answer, bytes: picture } of openDocument(options, bytes, whole, caller)) {
    answers.push(answer);
    if (answer.type === 'page') pictures.push(picture);
  }
  return { answers, pictures };
}

/** The lines of the text layer, page by page; null when the document has no usable one. */
export async function textLayer(bytes: Buffer): Promise<string[][] | null> {
  const { answers } = await answersTo(bytes);
  const [answer] = answers;
  if (answer?.type !== 'document') throw new Error(JSON.stringify(answer));
  return answer.textLayer?.map((lines) => lines.map((line) => line.text)) ?? null;
}
