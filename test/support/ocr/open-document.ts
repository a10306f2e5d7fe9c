import { pathToFileURL } from 'node:url';
import { type DocumentProcessOptions, openDocument } from '../../../lambda/enricher/ocr/document/document-process.ts';
import type { DocumentAnswer, DocumentRequest } from '../../../lambda/enricher/ocr/document/protocol.ts';
import { bundled } from '../bundled.ts';

/** Folder whose packages the tests use. */
export const PACKAGES = process.cwd();

/** The process that opens documents, from the sources. */
export function documentProcess(limits: NonNullable<DocumentProcessOptions['limits']> = {}): DocumentProcessOptions {
  return { entry: pathToFileURL(bundled('test/support/ocr/document-program.ts')), libraryPath: null, limits };
}

/** All that it answers about a document. */
export async function answersTo(
  bytes: Buffer,
  request: Partial<DocumentRequest> = {},
  options = documentProcess(),
): Promise<{ answers: DocumentAnswer[]; pictures: Buffer[] }> {
  const answers: DocumentAnswer[] = [];
  const pictures: Buffer[] = [];
  const whole = { maxPages: 10, drawWith: null, ...request };
  for await (const { answer, bytes: picture } of openDocument(options, bytes, whole, new AbortController().signal)) {
    answers.push(answer);
    if (answer.type === 'page') pictures.push(picture);
  }
  return { answers, pictures };
}
