import type { ParsedMail } from './parsed-mail.ts';
import { normalizeDomain } from './recipient-pattern.ts';

/** Source and detail-type of the event, which rules ask for. */
export const EVENT_SOURCE = 'mail-pipeline';
export const MAIL_PARSED = 'Mail Parsed';
export const MAIL_PARSED_SCHEMA_ID = 'mail-parsed/1';

/** Domains that one list of an event holds: EventBridge takes 256 KB, and a From field may have 100,000 addresses. */
const MAX_DOMAINS = 50;

/**
 * What a rule needs to choose a mail, and pointers to the rest. Fields of a parsed mail keep their names. Events are
 * archived, logged and handed to other accounts more easily than mails are, so none holds an address, a subject or any
 * other text of the mail: its domains are the only words of a stranger in it.
 */
export interface MailParsedEvent {
  schema: typeof MAIL_PARSED_SCHEMA_ID;
  id: string;
  /** Deduplicate on this and `revision`: an event can come twice. */
  dedupKey: string;
  revision: number;
  duplicateOf: string | null;
  receivedAt: string;
  kind: ParsedMail['kind'];
  /** Names of the routes whose queues got the mail. */
  routes: string[];
  /** Whether the parsed-mail queue got it. */
  parsedMailQueue: boolean;
  /** Of the From field; lower case, A-labels, each once. */
  fromDomains: string[];
  /** Of the recipients in the envelope; where there is none, of To, Cc and Bcc. */
  recipientDomains: string[];
  /** Null when nothing could be checked. */
  auth: { senderVerified: boolean } | null;
  ambiguous: boolean;
  counts: { recipients: number; attachments: number; defects: number };
  raw: { bucket: string; key: string; versionId: string | null; size: number };
  document: { bucket: string; key: string };
}

/** @param routes whose queues got the mail, null the parsed-mail queue */
export function mailParsedEvent(mail: ParsedMail, routes: ReadonlySet<string | null>): MailParsedEvent {
  const recipients = mail.routes.flatMap((route) => route.recipients);
  const { bucket, key, versionId, size } = mail.raw;
  return {
    schema: MAIL_PARSED_SCHEMA_ID,
    id: mail.id,
    dedupKey: mail.dedupKey,
    revision: mail.revision,
    duplicateOf: mail.duplicateOf,
    receivedAt: mail.receivedAt,
    kind: mail.kind,
    routes: [...routes].filter((name) => name !== null),
    parsedMailQueue: routes.has(null),
    fromDomains: domainsOf(mail.from.map(({ address }) => address)),
    recipientDomains: domainsOf(recipients),
    auth: mail.auth && { senderVerified: mail.auth.senderVerified },
    ambiguous: mail.ambiguous,
    counts: {
      recipients: new Set(recipients).size,
      attachments: mail.attachments.length,
      defects: mail.defects.length,
    },
    raw: { bucket, key, versionId, size },
    document: { ...mail.document },
  };
}

/** What is no domain is left out. */
function domainsOf(addresses: readonly string[]): string[] {
  const domains = new Set<string>();
  for (const address of addresses) {
    if (domains.size === MAX_DOMAINS) break;
    const written = /@([^\s@]{1,255})$/.exec(address)?.[1];
    const domain = written === undefined ? null : normalizeDomain(written);
    if (domain !== null) domains.add(domain);
  }
  return [...domains];
}
