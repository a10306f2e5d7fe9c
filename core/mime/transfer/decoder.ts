import { Base64Decoder } from './base64.ts';
import { QuotedPrintableDecoder } from './quoted-printable.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

/** Encodings of RFC 2045 §6, and what mailers call them. */
const ENCODINGS: ReadonlyMap<string, 'identity' | 'base64' | 'quoted-printable'> = new Map([
  ['', 'identity'],
  ['7bit', 'identity'],
  ['7-bit', 'identity'],
  ['8bit', 'identity'],
  ['8-bit', 'identity'],
  ['binary', 'identity'],
  ['none', 'identity'],
  ['plain', 'identity'],
  ['base64', 'base64'],
  ['base-64', 'base64'],
  ['b', 'base64'],
  ['quoted-printable', 'quoted-printable'],
  ['quoted_printable', 'quoted-printable'],
  ['quotedprintable', 'quoted-printable'],
  ['qp', 'quoted-printable'],
  ['q', 'quoted-printable'],
  // Not RFC 2045: kept as they are, and unpacked.
  ['uuencode', 'identity'],
  ['x-uuencode', 'identity'],
  ['x-uue', 'identity'],
]);

/**
 * Null when the encoding is unknown: the bytes are kept as they are then.
 *
 * @param reuse what `write` returns may be overwritten by the next `write`
 */
export function transferDecoder(encoding: string, reuse: boolean): TransferDecoder | null {
  switch (ENCODINGS.get(encoding)) {
    case 'identity':
      return identity;
    case 'base64':
      return new Base64Decoder(reuse);
    case 'quoted-printable':
      return new QuotedPrintableDecoder(reuse);
    default:
      return null;
  }
}

/** The encoding is known, and is one: the bytes are not what they stand for. */
export function isEncoded(encoding: string): boolean {
  return (ENCODINGS.get(encoding) ?? 'identity') !== 'identity';
}

const NOTHING = Buffer.alloc(0);

export const identity: TransferDecoder = {
  invalid: false,
  reshaped: false,
  write: (bytes) => bytes,
  end: () => NOTHING,
};
