import type { Container } from './container.ts';
import type { Entity } from './entity.ts';

const MESSAGE_TYPES: ReadonlySet<string> = new Set(['message/rfc822', 'message/global', 'message/news']);

/** Parts from which fields are derived: reports (RFC 3462, 3464, 8098, 5965) and calendars (RFC 5545). */
const CAPTURED_TYPES: ReadonlySet<string> = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'message/feedback-report',
  'text/rfc822-headers',
  'message/global-headers',
  'text/calendar',
  'application/ics',
]);

export function isMessage({ contentType }: Entity): boolean {
  return MESSAGE_TYPES.has(contentType);
}

export function isCaptured({ contentType }: Entity): boolean {
  return CAPTURED_TYPES.has(contentType);
}

/**
 * Text that is part of the body: plain or HTML, and not declared an attachment. A part with a file name is an
 * attachment, unless it is in a position where only a body can be: alone, as an alternative, or as the root of a
 * multipart/related.
 */
export function isBodyText(entity: Entity, parent: Container | null): boolean {
  if (entity.contentType !== 'text/plain' && entity.contentType !== 'text/html') return false;
  if (entity.disposition === 'attachment') return false;
  if (entity.filename === null || parent === null || parent.is('alternative')) return true;
  return parent.is('related') && parent.children === 1;
}

export type Packing = 'tnef' | 'binhex' | 'uuencode';

/** Attachments that contain other attachments. */
export function packingOf({ contentType, filename, encoding }: Entity): Packing | null {
  if (encoding !== null && /^(x-)?uu(e|encode)$/.test(encoding)) return 'uuencode';
  if (contentType === 'application/ms-tnef' || contentType === 'application/vnd.ms-tnef') return 'tnef';
  if (filename?.toLowerCase() === 'winmail.dat') return 'tnef';
  return contentType === 'application/mac-binhex40' ? 'binhex' : null;
}

/** Content that cannot be inspected (RFC 8551, RFC 3156): the envelope, or the only part that matters. */
export function isEncrypted({ contentType, parameters }: Entity): boolean {
  if (contentType === 'multipart/encrypted' || contentType === 'application/pgp-encrypted') return true;
  if (contentType !== 'application/pkcs7-mime' && contentType !== 'application/x-pkcs7-mime') return false;
  const smimeType = parameters.raw('smime-type')?.toLowerCase() ?? 'enveloped-data';
  return smimeType === 'enveloped-data' || smimeType === 'authenveloped-data';
}
