import type { ParsedMail } from '../mail/parsed-mail.ts';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';

/** An infected mail goes into quarantine, for all its recipients, and nowhere else. Any other stays as it is. */
export function quarantined(document: ParsedMail): ParsedMail {
  if (document.enrichment.malware?.verdict !== 'infected') return document;
  const recipients = [...new Set(document.routes.flatMap((route) => route.recipients))];
  return { ...document, route: QUARANTINE_ROUTE, routes: [{ name: QUARANTINE_ROUTE, recipients }] };
}
