import { readFileSync, writeSync } from 'node:fs';
import * as z from 'zod/mini';
import { encodeFrame } from '../../../../../core/document/frames.ts';
import { ANSWER_FD, type DocumentAnswer } from '../../../../../core/document/protocol.ts';
import { errorText } from '../../../../../core/mail/errors.ts';
import { isSignedData, mayBeXml } from '../xml/kind.ts';
import { openImage } from './open-image.ts';
import { type Open, Refusal } from './refusal.ts';

const requestSchema = z.object({
  maxPages: z.int(),
  drawWith: z.nullable(z.string()),
  previewPage: z.nullable(z.int()),
  fonts: z.nullable(z.string()),
});

/** The inside of a process that opens one document: reads it from standard input, answers, and ends. */
export async function serveDocument(): Promise<void> {
  const input = readFileSync(0);
  const [jsonLength, byteLength] = [input.readUInt32BE(0), input.readUInt32BE(4)];
  const request = requestSchema.parse(JSON.parse(input.subarray(8, 8 + jsonLength).toString()));
  const bytes = input.subarray(8 + jsonLength, 8 + jsonLength + byteLength);
  const open = await openerOf(bytes);
  try {
    await open(bytes, request, answer);
    answer({ type: 'end' });
  } catch (error) {
    // An error of a library describes the document: it is data, like a refusal.
    const reason = error instanceof Refusal ? error.message : `it cannot be read: ${errorText(error)}`;
    answer({ type: 'refused', reason: reason.slice(0, 500) });
  }
}

async function openerOf(bytes: Buffer): Promise<Open> {
  if (isPdf(bytes)) return (await import('./open-pdf.ts')).openPdf;
  if (mayBeXml(bytes) || isSignedData(bytes)) return (await import('./open-xml.ts')).openXml;
  return openImage;
}

/** Readers search for the header in the first 1024 bytes (ISO 32000-1, annex H.3.4.1). */
const isPdf = (bytes: Buffer): boolean => bytes.subarray(0, 1024).includes('%PDF-');

/** The pipe blocks, so that nothing is drawn ahead of OCR. */
function answer(message: DocumentAnswer, bytes?: Uint8Array): void {
  const frame = encodeFrame(message, bytes);
  for (let written = 0; written < frame.length; ) written += writeSync(ANSWER_FD, frame, written);
}
