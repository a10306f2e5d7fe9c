import { type BaseBlock, Constructed, fromBER, OctetString } from 'asn1js';
import { Refusal } from '../document/refusal.ts';
import { isBase64, isSignedData } from './kind.ts';

/** A file may be signed by the seller, and again by its transmitter. */
const MAX_LAYERS = 3;

/**
 * The content of a CMS SignedData (RFC 5652, 5.1; `.p7m`). The signature is not verified: who sent a mail is another
 * question.
 *
 * @throws Refusal when it has no content, or is something else
 */
export function signedContent(bytes: Uint8Array): Uint8Array {
  let content = bytes;
  for (let layer = 0; layer < MAX_LAYERS && isSignedData(content); layer++) {
    content = unwrap(pemOrBase64(content) ?? content);
  }
  return content;
}

function unwrap(bytes: Uint8Array): Uint8Array {
  const contentInfo = fromBER(new Uint8Array(bytes)).result;
  const signedData = child(child(contentInfo, 1), 0);
  // version, digestAlgorithms, encapContentInfo { eContentType, [0] eContent }
  const content = child(child(child(signedData, 2), 1), 0);
  if (!(content instanceof OctetString)) throw new Refusal('it is not a signed document, or contains none');
  return new Uint8Array(content.getValue());
}

const child = (node: BaseBlock | undefined, at: number): BaseBlock | undefined =>
  node instanceof Constructed ? node.valueBlock.value[at] : undefined;

function pemOrBase64(bytes: Uint8Array): Buffer | null {
  if (!isBase64(bytes)) return null;
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----/g, '');
  return Buffer.from(text, 'base64');
}
