/**
 * Named limits, enforced while bytes stream. Each has a unit, a value and the attack or rule behind it; exceeding one
 * yields a defect in the document or an SMTP reply, never an exception that loses the mail.
 */
const KB = 1024;
const MB = 1024 * KB;

/** Limits of reading one mail. */
export interface MimeLimits {
  /** Bytes of one header block. 1 MB headers make address and encoded-word parsing quadratic in common parsers. */
  headerBytes: number;
  /** Header fields of one block. */
  headerFields: number;
  /** Addresses read from one header field. Nested groups cost quadratic time in nodemailer's address parser. */
  addresses: number;
  /** MIME parts in the whole tree. */
  parts: number;
  /** Levels of multipart and message/rfc822 nesting. */
  depth: number;
  /** Levels of message/rfc822 that are parsed themselves. */
  messageDepth: number;
  /** Bytes of `text` and of `html` each, after transfer decoding; those of all attached mails count together. */
  textBytes: number;
  /** Bytes of a winmail.dat or BinHex attachment that is unpacked, and of what comes out: both are held in memory. */
  unpackBytes: number;
  /** Bytes of a delivery report or calendar to read. */
  reportBytes: number;
  /** Bytes of all delivery reports and calendars of one mail together: a thousand of the longest would be 256 MB. */
  reportsBytes: number;
  /** Bytes of a DMARC or TLS report to read, compressed and decompressed. */
  aggregateReportBytes: number;
  /** Characters of a file name (RFC 2231 continuations can build one of megabytes). */
  filenameLength: number;
  /**
   * Largest mail that mailparser reads as well, bytes: it holds quoted-printable of any length in memory, eight times
   * over.
   */
  secondReadingBytes: number;
}

export const MIME_LIMITS: MimeLimits = {
  headerBytes: 128 * KB,
  headerFields: 1_000,
  addresses: 1_000,
  parts: 1_000,
  depth: 50,
  messageDepth: 5,
  textBytes: 10 * MB,
  unpackBytes: 32 * MB,
  reportBytes: 256 * KB,
  reportsBytes: 1 * MB,
  aggregateReportBytes: 8 * MB,
  filenameLength: 255,
  secondReadingBytes: 16 * MB,
};

/** What the signature verifier, third-party code, may receive; a header beyond `headerBytes` never reaches it. */
export const AUTH_LIMITS = {
  /**
   * DKIM-Signature fields of one mail (RFC 6376 section 6.1 leaves that to the verifier). Each can cause another DNS
   * lookup and another pass over the body.
   */
  signatures: 20,
  /** Characters of one DKIM-Signature or ARC field. Real ones have hundreds, or some thousands with `z=`. */
  signatureLength: 16 * KB,
} as const;

/** SQS: 1 MiB a message, attributes included (AWS quota). */
export const SQS_MESSAGE_MAX_BYTES = 1 * MB;
/** SQS: maximum `maxReceiveCount` of a queue (AWS quota). */
export const SQS_MAX_RECEIVES = 1_000;
/** Default for a parsed-mail message: four of SQS's 64 KB billing units. */
export const QUEUE_MESSAGE_DEFAULT_BYTES = 256 * KB;
