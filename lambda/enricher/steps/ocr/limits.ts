const MB = 1024 * 1024;

/** Limits of opening an attachment. Each has a unit, a value and the attack or rule behind it. */
export const OCR_LIMITS = {
  /** Bytes of one image or PDF. It is in memory twice: here, and in the process that opens it. */
  documentBytes: 32 * MB,
  /** Pixels of an image, by its header. A PNG of 100 KB can declare 10 billion; A4 at 600 dpi has 35 million. */
  pixels: 40_000_000,
  /** Pixels of each side of an image (Textract quota). */
  sidePixels: 10_000,
  /** Maximum objects of a PDF's page tree to visit: a node can be its own descendant. */
  pageTreeNodes: 10_000,
  /** Characters of one page; a dense page has 10,000. */
  pageTextLength: 50_000,
  /** Tags of an XML document. An invoice of 10,000 lines has 400,000. */
  xmlTags: 500_000,
  /** Nesting of elements; an invoice has 12 levels. */
  xmlDepth: 60,
  /** Characters of one text in XML: longer ones are base64 files, which are skipped. */
  xmlTextLength: 100_000,
  /** Files in a PDF, and nodes of their name tree. */
  embeddedFiles: 100,
  /** Bytes of one of them, inflated. */
  embeddedFileBytes: 16 * MB,
} as const;
