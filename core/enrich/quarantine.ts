import * as z from 'zod/mini';
import { allAttachments } from '../mail/attachments.ts';
import type { DefectCode } from '../mail/defects.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';

/**
 * What is held back. `infected`: mails in which a scanner found something. `unscanned`: those, and every mail with an
 * attachment that no scanner found clean.
 */
export const quarantineSchema = z.enum(['infected', 'unscanned']);
export type Quarantine = z.infer<typeof quarantineSchema>;

/** Defects that mean that parts of a mail are in none of its attachments, so that no scanner has seen them. */
const UNREAD: ReadonlySet<DefectCode> = new Set([
  'mime.parts_limit',
  'mime.depth_limit',
  'parse.deadline',
  'parse.crash',
]);

/**
 * Routes a mail that is held back to the quarantine, for all its recipients, and nowhere else. Others are unchanged.
 */
export function quarantined(document: ParsedMail, quarantine: Quarantine | null): ParsedMail {
  if (quarantine === null) return document;
  const infected = document.enrichment.malware?.verdict === 'infected';
  if (!infected && (quarantine === 'infected' || isClean(document))) return document;
  const recipients = [...new Set(document.routes.flatMap((route) => route.recipients))];
  return { ...document, route: QUARANTINE_ROUTE, routes: [{ name: QUARANTINE_ROUTE, recipients }] };
}

function isClean({ attachments, defects, enrichment }: ParsedMail): boolean {
  const scans = enrichment.malware?.attachments ?? [];
  const clean = new Set(scans.filter(({ verdict }) => verdict === 'clean').map(({ partId }) => partId));
  return (
    !defects.some(({ code }) => UNREAD.has(code)) &&
    allAttachments(attachments).every(({ partId }) => clean.has(partId))
  );
}

/** The stricter of the two. */
export const stricter = (a: Quarantine | null, b: Quarantine | null): Quarantine | null =>
  a === 'unscanned' || b === null ? a : b;
