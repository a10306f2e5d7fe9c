import type { Envelope } from '../../core/mail/envelope.ts';
import { mintMailId } from '../../core/mail/id.ts';

/** An envelope as the edge writes it, with `changes`. */
export function envelope(changes: Partial<Envelope> = {}): Envelope {
  return {
    id: mintMailId(),
    receivedAt: new Date().toISOString(),
    remoteAddress: '192.0.2.1',
    remotePort: 40_000,
    helo: 'mail.example.net',
    tls: null,
    mailFrom: 'sender@example.net',
    mailParameters: {},
    rcptTo: [{ address: 'orders@example.com', route: null }],
    body: null,
    smtpUtf8: false,
    ...changes,
  };
}
