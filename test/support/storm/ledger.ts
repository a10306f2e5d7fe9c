import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { failedKey } from '../../../core/mail/keys.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { StormMail } from './storm-mail.ts';

const messageSchema = z.object({
  id: z.string(),
  dedupKey: z.string(),
  revision: z.int(),
  subject: z.nullable(z.string()),
  document: z.object({ bucket: z.string(), key: z.string() }),
});
type Message = z.infer<typeof messageSchema>;

export interface Verdict {
  acknowledged: number;
  failed: number;
  /** Answered 250, and neither a message nor a failure record. */
  lost: string[];
  /** More than one message after deduplication, or a message and a failure record. */
  duplicated: string[];
  /** A message of a mail that was refused or never ended, or that nobody sent. */
  phantom: string[];
  /** A message whose document is not there, or says something else. */
  broken: string[];
}

/** What clients were told, and what a consumer got. */
export class Ledger {
  readonly #mails = new Map<string, StormMail>();
  readonly #acknowledged = new Map<string, string>();
  /** By token, what a consumer that deduplicates has left. */
  readonly #received = new Map<string, Map<string, { message: Message; body: unknown }>>();

  sending(mail: StormMail): void {
    this.#mails.set(mail.token, mail);
  }

  acknowledged(token: string, id: string): void {
    this.#acknowledged.set(token, id);
  }

  received(body: string): void {
    const json: unknown = JSON.parse(body);
    const message = messageSchema.parse(json);
    const token = message.subject ?? '';
    const entries = this.#received.get(token) ?? new Map();
    entries.set(`${message.dedupKey}/${message.revision}`, { message, body: json });
    this.#received.set(token, entries);
  }

  async verdict(store: ObjectStore, contentBucket: string): Promise<Verdict> {
    const hasFailed = async (id: string) => (await store.head({ bucket: contentBucket, key: failedKey(id) })) !== null;
    const verdict: Verdict = {
      acknowledged: this.#acknowledged.size,
      failed: 0,
      lost: [],
      duplicated: [],
      phantom: [],
      broken: [],
    };
    for (const [token, id] of this.#acknowledged) {
      const failed = await hasFailed(id);
      if (failed) verdict.failed += 1;
      if (!failed && !this.#received.has(token)) verdict.lost.push(`${token} ${id}`);
    }
    for (const [token, entries] of this.#received) {
      const manner = this.#mails.get(token)?.manner;
      if (manner === undefined || manner === 'leaves in DATA' || manner === 'bare LF') verdict.phantom.push(token);
      const both = await Promise.all([...entries.values()].map(({ message }) => hasFailed(message.id)));
      if (entries.size > 1 || both.includes(true)) verdict.duplicated.push(token);
      for (const entry of entries.values()) if (!(await stands(store, entry))) verdict.broken.push(token);
    }
    return verdict;
  }
}

async function stands(store: ObjectStore, { message, body }: { message: Message; body: unknown }): Promise<boolean> {
  const stored = await store.get(message.document);
  if (stored === null) return false;
  return isDeepStrictEqual(JSON.parse(await text(stored.body)), body);
}
