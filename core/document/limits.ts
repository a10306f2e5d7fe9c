const MB = 1024 * 1024;

/** Limits of the process that opens a document. Each has a unit, a value and the attack or rule behind it. */
export const DOCUMENT_PROCESS_LIMITS = {
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
