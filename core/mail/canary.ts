/**
 * Canary mails check that the pipeline works. They are mails like any other, except that they say so: consumers go by the
 * header field, whose value says who sent the mail.
 */
export const CANARY_HEADER = 'X-Mail-Pipeline-Canary';
/** Mailbox of each domain that canary mails are sent to. */
export const CANARY_MAILBOX = 'mail-pipeline-canary';

export const canaryAddress = (domain: string): string => `${CANARY_MAILBOX}@${domain}`;
