import { composeDocument } from '../core/mail/compose-document.ts';
import { dedupKeyOf } from '../core/mail/dedup-key.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { AttachmentStore } from '../core/mime/describe-attachment.ts';
import type { ReadMime } from '../core/reading/read-content.ts';
import { readMail } from '../core/reading/read-mail.ts';
import type { MailFile } from './mail-file.ts';

/** Milliseconds to parse the MIME of one mail, the same as for a function of the default size. */
const DEADLINE_MS = 20_000;

/** Why a mail from a file is not authenticated. */
export const NOT_AUTHENTICATED = 'not checked: this needs DNS and the SMTP envelope';

/**
 * The document the parser would produce for a mail without an envelope, minus everything that needs lookups,
 * configuration or external services.
 */
export async function parseOpened(
  { raw, store }: MailFile,
  read: ReadMime,
  storeAttachment: AttachmentStore,
  signal: AbortSignal,
): Promise<ParsedMail> {
  const content = await readMail({ store, read }, raw, storeAttachment, { deadlineMs: DEADLINE_MS, signal });
  const sha256 = await raw.data.sha256();
  const { messageId, date } = content;
  return composeDocument(content, {
    raw,
    sha256,
    dedupKey: dedupKeyOf({ id: raw.id, envelope: null, messageId, date, sha256 }),
    duplicateOf: null,
    contentBucket: '',
    revision: 1,
    auth: null,
    steps: [
      {
        name: 'authentication',
        partId: null,
        status: 'skipped',
        provider: null,
        ms: 0,
        reason: NOT_AUTHENTICATED,
        costUsd: 0,
      },
    ],
    route: () => ({ route: null, routes: [] }),
  });
}
