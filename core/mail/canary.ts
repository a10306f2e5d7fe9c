/**
 * Canary mails check that the pipeline works. They are ordinary mails with a header field that marks them, so that
 * consumers can recognise them. The value of the field names the sender.
 */
export const CANARY_HEADER = 'X-Mail-Pipeline-Canary';
/** Mailbox, in each domain, that receives canary mails. */
export const CANARY_MAILBOX = 'mail-pipeline-canary';

export const canaryAddress = (domain: string): string => `${CANARY_MAILBOX}@${domain}`;
