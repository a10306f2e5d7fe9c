const MB = 1024 * 1024;

/** Limits of opening an attachment. Each has a unit, a value and the attack or rule behind it. */
export const OCR_LIMITS = {
  /** Bytes of one image or PDF. It is held in memory twice: here, and in the process that opens it. */
  documentBytes: 32 * MB,
  /** Pixels of an image, by its header. A PNG of 100 KB can declare 10 billion; A4 at 600 dpi has 35 million. */
  pixels: 40_000_000,
  /** Pixels of each side of an image (Textract quota). */
  sidePixels: 10_000,
  /** Objects of a PDF's page tree that are looked at: a node can be its own descendant. */
  pageTreeNodes: 10_000,
  /** Characters of one page; a dense page has 10,000. */
  pageTextLength: 50_000,
  /** Tags of an XML document. An invoice of 10,000 lines has 400,000. */
  xmlTags: 500_000,
  /** Elements inside each other; an invoice has 12. */
  xmlDepth: 60,
  /** Characters of one text in XML: longer ones are files in base64, which are left out. */
  xmlTextLength: 100_000,
  /** Files in a PDF, and nodes of the tree that names them. */
  embeddedFiles: 100,
  /** Bytes of one of them, inflated. */
  embeddedFileBytes: 16 * MB,
  /**
   * Resident memory of the process that opens a document, MB: streams of a PDF inflate a thousandfold. A scan at 600 dpi
   * takes 400; three documents are opened at the same time in a function of 2048.
   */
  processMemoryMb: 512,
  /** The same where pages are drawn, on a machine of one's own: at 600 dpi that takes 700. */
  drawingMemoryMb: 1024,
  /** Part of it that is V8's, MB. */
  processHeapMb: 256,
  /** Milliseconds that a document may take to open, work on its pages by others not counted. */
  processMs: 30_000,
  /** Milliseconds of CPU time for it: 571 bytes of PDF can ask for hours. 100 pages of text take 3 seconds. */
  processCpuMs: 10_000,
  /** The same where pages are drawn; a page takes about one second. */
  drawingCpuMs: 25_000,
  /** Milliseconds of CPU time for all documents of one mail. */
  mailCpuMs: 60_000,
  /** Bytes of one answer of that process: the picture of a page is the largest. */
  answerBytes: 64 * MB,
} as const;
