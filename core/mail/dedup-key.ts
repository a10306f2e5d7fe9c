import { createHash } from 'node:crypto';
import type { Envelope } from './envelope.ts';

export interface DedupInput {
  id: string;
  envelope: Pick<Envelope, 'mailFrom' | 'rcptTo'> | null;
  messageId: string | null;
  date: string | null;
  /** sha256 of the bytes of DATA, hexadecimal. */
  sha256: string;
}

/**
 * What two deliveries of one mail have in common: a client that missed our 250 sends the same bytes from and to the
 * same addresses again. Two identical alarm mails without Message-ID or without Date remain two mails.
 */
export function dedupKeyOf({ id, envelope, messageId, date, sha256 }: DedupInput): string {
  if (envelope === null || messageId === null || date === null) return id;
  const recipients = [...new Set(envelope.rcptTo.map(({ address }) => address))].sort();
  return createHash('sha256')
    .update(JSON.stringify([envelope.mailFrom, recipients, sha256]))
    .digest('hex');
}
