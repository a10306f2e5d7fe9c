import { composeDocument } from '../core/mail/compose-document.ts';
import { dedupKeyOf } from '../core/mail/dedup-key.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';
import type { AttachmentStore } from '../core/mime/describe-attachment.ts';
import type { ReadMime } from '../core/reading/read-content.ts';
import { readMail } from '../core/reading/read-mail.ts';
import type { MailFile } from './mail-file.ts';

/** Milliseconds of work on the MIME of one mail, as in a function of the default size. */
const DEADLINE_MS = 20_000;

/** Why a mail in a file is not authenticated. */
export const NOT_AUTHENTICATED = 'not checked: it needs DNS and the SMTP envelope';

/**
 * The document that the parser makes of a mail without an envelope. What it would look up, decide by configuration or
 * ask of a service is not in it.
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
