const MB = 1024 * 1024;

/** Limits of the process that opens a document. Each has a unit, a value and the attack or rule behind it. */
export const DOCUMENT_PROCESS_LIMITS = {
  /**
   * Resident memory of the process that opens a document, MB: PDF streams can inflate a thousandfold. A scan at 600 dpi
   * takes 400; a function of 2048 opens three documents at the same time.
   */
  processMemoryMb: 512,
  /** The same with drawing of pages, on a developer's machine: at 600 dpi that takes 700. */
  drawingMemoryMb: 1024,
  /** The part of it for the V8 heap, MB. */
  processHeapMb: 256,
  /** Milliseconds to open a document, without the time that others spend on its pages. */
  processMs: 30_000,
  /** CPU time of that, milliseconds: 571 bytes of PDF can demand hours. 100 pages of text take 3 seconds. */
  processCpuMs: 10_000,
  /** The same with drawing of pages; a page takes about one second. */
  drawingCpuMs: 25_000,
  /** CPU time for all documents of one mail, milliseconds. */
  mailCpuMs: 60_000,
  /** Maximum size of one answer of that process, bytes: the picture of a page is the largest. */
  answerBytes: 64 * MB,
} as const;
