import * as z from 'zod/mini';
import type { SmtpClient } from '../../../core/auth/verdict.ts';
import type { Author } from '../../../core/mail/author.ts';
import type { AuthResult } from '../../../core/mail/parsed-mail.ts';

/** `workerData` of the authentication thread. */
export const authThreadSchema = z.object({
  /** Addresses of DNS servers; the system's when empty. */
  dnsServers: z.array(z.string()),
});

export type AuthThreadData = z.infer<typeof authThreadSchema>;

/** Messages to the thread. Mails are numbered: while one waits for DNS, others are processed. */
export type ToAuth =
  | {
      type: 'authenticate';
      mail: number;
      client: SmtpClient | null;
      author: Author;
      fields: string[];
      signed: boolean;
    }
  | { type: 'source'; mail: number; bytes: Uint8Array }
  | { type: 'source-end'; mail: number };

export type FromAuth =
  | { type: 'source-taken'; mail: number }
  | { type: 'authenticated'; mail: number; auth: AuthResult }
  | { type: 'failed'; mail: number; reason: string };
