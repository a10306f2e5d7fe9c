import {
  MAIL_PARSED_DATA_URL,
  MAIL_PARSED_SCHEMA_ID,
  MAIL_PARSED_TYPE,
  type MailParsedData,
  type MailParsedEvent,
} from './mail-parsed-schema.ts';
import type { ParsedMail } from './parsed-mail.ts';
import { normalizeDomain } from './recipient-pattern.ts';

/** Source and detail-type of the event, for matching in rules. */
export const EVENT_SOURCE = 'mail-pipeline';
export const MAIL_PARSED = 'Mail Parsed';

/** Maximum domains in one list of an event: EventBridge accepts 256 KB, and a From field may have 100,000 addresses. */
const MAX_DOMAINS = 50;

/**
 * @param routes whose queues received the mail; null is the parsed-mail queue
 * @param at when the event is sent
 */
export function mailParsedEvent(mail: ParsedMail, routes: ReadonlySet<string | null>, at: Date): MailParsedEvent {
  const data = mailParsedData(mail, routes);
  return {
    ...data,
    cloudEvent: {
      specversion: '1.0',
      id: `${mail.id}/${mail.revision}`,
      source: `/${EVENT_SOURCE}/${mail.document.bucket}`,
      type: MAIL_PARSED_TYPE,
      subject: mail.id,
      time: at.toISOString(),
      datacontenttype: 'application/json',
      dataschema: MAIL_PARSED_DATA_URL,
      data,
    },
  };
}

function mailParsedData(mail: ParsedMail, routes: ReadonlySet<string | null>): MailParsedData {
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

/** Skips whatever is not a domain. */
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
