import { decodePDFRawStream, PDFArray, PDFDict, PDFHexString, PDFName, PDFRawStream, PDFString } from '@cantoo/pdf-lib';
import type { Invoice } from '../../../../../core/mail/enrichment-schema.ts';
import { OCR_LIMITS } from '../limits.ts';
import { mayBeXml } from '../xml/kind.ts';
import { readInvoices } from '../xml/read-invoices.ts';
import { Refusal } from './refusal.ts';

/** File names from the standards: ZUGFeRD 1, 2.0 and 2.1, Factur-X, XRechnung. */
const NAMES = new Set(['zugferd-invoice.xml', 'factur-x.xml', 'xrechnung.xml']);
/** How the file relates to the document (ISO 32000-2, 7.11.3): another form of it, or its source. */
const RELATIONSHIPS = new Set(['Alternative', 'Source', 'Data']);

interface EmbeddedFile {
  name: string;
  relationship: string | null;
  stream: PDFRawStream;
}

/**
 * The electronic invoice in a PDF: the first of its files that parses as one, those with a standard name before those
 * with a relationship, and these before others. Null when there is none.
 */
export function embeddedInvoices(catalog: PDFDict): Invoice[] | null {
  for (const { stream } of listed(catalog).sort((a, b) => rank(a) - rank(b))) {
    const bytes = decoded(stream);
    if (bytes === null || !mayBeXml(bytes)) continue;
    try {
      const invoices = readInvoices(bytes);
      if (invoices !== null) return invoices;
    } catch (error) {
      // Damaged or hostile: the document is read as if it had no invoice.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return null;
}

/** Empty for a damaged list. */
function listed(catalog: PDFDict): EmbeddedFile[] {
  try {
    return embeddedFiles(catalog);
  } catch {
    return [];
  }
}

function rank({ name, relationship }: EmbeddedFile): number {
  if (NAMES.has(name.toLowerCase())) return 0;
  return RELATIONSHIPS.has(relationship ?? '') ? 1 : 2;
}

/** From the name tree and from the list of associated files: some programs write only one of them. */
function embeddedFiles(catalog: PDFDict): EmbeddedFile[] {
  const files = [...namedFiles(catalog), ...dicts(catalog.lookup(PDFName.of('AF')))].flatMap((specification) => {
    const held = specification.lookup(PDFName.of('EF'));
    const stream =
      held instanceof PDFDict ? (held.lookup(PDFName.of('UF')) ?? held.lookup(PDFName.of('F'))) : undefined;
    if (!(stream instanceof PDFRawStream)) return [];
    const relationship = specification.lookup(PDFName.of('AFRelationship'));
    return [
      {
        name: textOf(specification.lookup(PDFName.of('UF'))) ?? textOf(specification.lookup(PDFName.of('F'))) ?? '',
        relationship: relationship instanceof PDFName ? relationship.decodeText() : null,
        stream,
      },
    ];
  });
  const streams = new Set<PDFRawStream>();
  return files.filter(({ stream }) => !streams.has(stream) && streams.add(stream)).slice(0, OCR_LIMITS.embeddedFiles);
}

/** Leaves of the name tree (ISO 32000-1, 7.9.6). It may contain itself. */
function namedFiles(catalog: PDFDict): PDFDict[] {
  const names = catalog.lookup(PDFName.of('Names'));
  const root = names instanceof PDFDict ? names.lookup(PDFName.of('EmbeddedFiles')) : undefined;
  const seen = new Set<PDFDict>();
  const open = root instanceof PDFDict ? [root] : [];
  const files: PDFDict[] = [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node) || seen.size >= OCR_LIMITS.embeddedFiles) continue;
    seen.add(node);
    files.push(...dicts(node.lookup(PDFName.of('Names'))));
    open.push(...dicts(node.lookup(PDFName.of('Kids'))));
  }
  return files;
}

/** Dictionaries in an array, which in a name tree has names between them. */
function dicts(array: unknown): PDFDict[] {
  if (!(array instanceof PDFArray)) return [];
  const length = Math.min(array.size(), 2 * OCR_LIMITS.embeddedFiles);
  return Array.from({ length }, (_, at) => array.lookup(at)).filter((item) => item instanceof PDFDict);
}

const textOf = (value: unknown): string | null =>
  value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : null;

/** Null when it is damaged or too large. Inflates no more than the limit. */
function decoded(stream: PDFRawStream): Uint8Array | null {
  try {
    const bytes = decodePDFRawStream(stream).getBytes(OCR_LIMITS.embeddedFileBytes + 1);
    return bytes.length > OCR_LIMITS.embeddedFileBytes ? null : Buffer.from(bytes);
  } catch {
    return null;
  }
}
