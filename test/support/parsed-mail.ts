import { emptyContent } from '../../core/mail/content-schema.ts';
import { EXAMPLE } from '../../core/mail/example.ts';
import type { Attachment, ParsedMail } from '../../core/mail/parsed-mail.ts';
import { bareHead, NOT_STORED } from '../../core/ports/mime-reader.ts';

/** A ParsedMail with every field set, for tests that care about only a few. */
export function parsedMail(overrides: Partial<ParsedMail> = {}): ParsedMail {
  return {
    ...EXAMPLE,
    ...emptyContent(),
    id: '01KAK3M2Z0000000000000000A',
    dedupKey: 'd'.repeat(64),
    revision: 1,
    duplicateOf: null,
    parser: { version: '0.0.0' },
    receivedAt: '2026-11-22T10:00:00.000Z',
    raw: { bucket: 'raw-mail', key: 'raw/x.eml', versionId: null, size: 1000, sha256: 'a'.repeat(64), traceBytes: 100 },
    document: { bucket: 'mail-content', key: 'parsed/x.json' },
    envelope: {
      mailFrom: 'bounce+7@example.org',
      rcptTo: ['orders+42@example.com', 'hidden@example.com'],
      remoteAddress: '192.0.2.7',
      remotePort: 40_000,
      helo: 'mx.example.org',
      tls: null,
      smtpUtf8: false,
    },
    messageId: 'one@example.org',
    threadId: 'one@example.org',
    date: '2026-11-22T09:59:58.000Z',
    subject: 'Zwölf Kisten',
    from: [{ name: 'Doe, "Jane"', address: 'jane@example.org', plusTag: null, group: null }],
    to: [{ name: 'Orders', address: 'orders+42@example.com', plusTag: '42', group: null }],
    headers: [
      { name: 'Date', value: 'Sun, 22 Nov 2026 09:59:58 +0000' },
      { name: 'Message-ID', value: '<one@example.org>' },
      { name: 'Subject', value: 'Zwölf Kisten' },
    ],
    text: 'Twelve, please.\n',
    html: '<p>Twelve, please.</p>',
    reply: { text: 'Twelve, please.', quoted: null, signature: null },
    auth: null,
    route: null,
    routes: [{ name: null, recipients: ['orders+42@example.com', 'hidden@example.com'] }],
    enrichment: {},
    steps: [],
    omitted: [],
    ...overrides,
  };
}

export function attachment(overrides: Partial<Attachment> = {}): Attachment {
  return {
    ...bareHead('2'),
    ...NOT_STORED,
    filename: 'list.pdf',
    contentType: 'application/pdf',
    detectedType: 'application/pdf',
    size: 4,
    sha256: 'b'.repeat(64),
    disposition: 'attachment',
    bucket: 'mail-content',
    key: 'attachments/x/2',
    message: null,
    ...overrides,
  };
}
