import { Base64Decoder } from './base64.ts';
import { QuotedPrintableDecoder } from './quoted-printable.ts';
import type { TransferDecoder } from './transfer-decoder.ts';

/** Encodings of RFC 2045 §6, and names that mailers use for them. */
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
  // Not RFC 2045: left unchanged here, and unpacked later.
  ['uuencode', 'identity'],
  ['x-uuencode', 'identity'],
  ['x-uue', 'identity'],
]);

/**
 * Null for an unknown encoding: the bytes are then left unchanged.
 *
 * @param reuse whether the next `write` may overwrite what `write` returned
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

/** Whether the encoding is known and transforms the bytes. */
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
