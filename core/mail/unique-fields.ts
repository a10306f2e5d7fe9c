/** Fields that a mail shows and that may occur only once (RFC 5322 §3.6), in lower case. */
export const UNIQUE_FIELDS = [
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
] as const;

/** Fields that decide how the body is shown, which may also occur only once (RFC 2045 §3, RFC 2183 §2). */
export const BODY_FIELDS = [
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
] as const;
