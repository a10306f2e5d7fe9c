/** By its first letters, after a byte order mark and blanks. */
export function mayBeXml(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head);
}

/** A DER or BER sequence (including indefinite length), or its base64, with or without PEM lines: possibly CMS. */
export const isSignedData = (bytes: Uint8Array): boolean => bytes[0] === 0x30 || isBase64(bytes);

/** `M` is the base64 of 0x30. */
export function isBase64(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 100)).toString('latin1').trimStart();
  return head.startsWith('-----BEGIN ') || /^M[A-Za-z0-9+/]{20}/.test(head);
}
