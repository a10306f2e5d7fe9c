import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { ObjectRef, ObjectStore } from '../../../core/ports/object-store.ts';
import { BROKEN, type StormMail } from './storm-mail.ts';
import type { Tries } from './tries.ts';

const messageSchema = z.object({
  id: z.string(),
  dedupKey: z.string(),
  revision: z.int(),
  subject: z.nullable(z.string()),
  route: z.nullable(z.string()),
  document: z.object({ bucket: z.string(), key: z.string() }),
});
type Message = z.infer<typeof messageSchema>;

/** Queues that receive every mail, by the route in their messages. */
const HEALTHY: readonly (string | null)[] = [null, 'second'];
/**
 * Maximum number of copies of one mail on one queue that faults and kills explain; a mail sent again on every attempt
 * has more.
 */
const MOST_COPIES = 3;

export interface Verdict {
  acknowledged: number;
  /** All failed mails, poison included. */
  failed: number;
  /** Failed mails other than poison: every attempt at them met a fault, was killed, or timed out. */
  unlucky: number;
  /** Failure reasons of the unlucky, with a count of each. */
  reasons: Record<string, number>;
  /** Unlucky mails that failed before the full number of attempts. */
  hasty: string[];
  /** Answered 250, but with neither a message nor a failure at one of their queues. */
  lost: string[];
  /** More than one message on a queue after deduplication, or both a message and a failure of the mail. */
  duplicated: string[];
  /**
   * A message and a failure at the same queue: each answer to the message was lost or its sender was killed, and later
   * attempts were refused.
   */
  unheard: string[];
  /** A message of a mail that was refused, never completed or never sent, or a message on the wrong queue. */
  phantom: string[];
  /** A message whose document is missing or differs. */
  broken: string[];
  /** Mails with more copies on a queue than faults explain. */
  repeated: string[];
}

const failureSchema = z.object({ reason: z.string() });

interface Received {
  message: Message;
  body: unknown;
}

/**
 * Records the replies clients got and the messages consumers of each queue received. Reads only keys and messages, and
 * uses none of the product's code.
 */
export class Ledger {
  readonly #mails = new Map<string, StormMail>();
  readonly #acknowledged = new Map<string, string>();
  /** By queue and token: what remains for a consumer that deduplicates. */
  readonly #received = new Map<string, Map<string, Received>>();
  /** Message ids by queue and mail. A message received twice, because its consumer crashed, counts once. */
  readonly #copies = new Map<string, Set<string>>();
  readonly #tries: Tries;
  readonly #attempts: number;

  /** @param attempts the number of attempts at a mail before it may fail permanently */
  constructor(tries: Tries, attempts: number) {
    this.#tries = tries;
    this.#attempts = attempts;
  }

  sending(mail: StormMail): void {
    this.#mails.set(mail.token, mail);
  }

  acknowledged(token: string, id: string): void {
    this.#acknowledged.set(token, id);
  }

  /** @param route route of the queue the message came from */
  received(route: string | null, messageId: string, body: string): void {
    const json: unknown = JSON.parse(body);
    const message = messageSchema.parse(json);
    const place = `${route} ${message.subject ?? ''}`;
    const entries = this.#received.get(place) ?? new Map();
    const key = `${message.dedupKey}/${message.revision}/${message.route}`;
    entries.set(key, { message, body: json });
    this.#received.set(place, entries);
    const copy = `${route} ${message.id}`;
    this.#copies.set(copy, (this.#copies.get(copy) ?? new Set()).add(messageId));
  }

  async verdict(store: ObjectStore, contentBucket: string): Promise<Verdict> {
    const failures = await keysOf(store, contentBucket, 'failed/');
    const marked = new Set(
      [...(await keysOf(store, contentBucket, 'deliveries/'))].map((key) => key.replace(/\/1\/\d+\//, '/')),
    );
    const queueOf = (route: string | null) => `parsed-mail${route === null ? '' : `-${route}`}`;
    const refusedAt = (id: string, route: string | null) => failures.has(`failed/${id}.r1.${queueOf(route)}.json`);
    const failedAt = (id: string, route: string | null) => failures.has(`failed/${id}.json`) || refusedAt(id, route);
    const verdict: Verdict = {
      acknowledged: this.#acknowledged.size,
      failed: 0,
      unlucky: 0,
      reasons: {},
      hasty: [],
      lost: [],
      duplicated: [],
      unheard: [],
      phantom: [],
      broken: [],
      repeated: [...this.#copies].filter(([, copies]) => copies.size > MOST_COPIES).map(([copy]) => copy),
    };
    for (const [token, id] of this.#acknowledged) {
      const mail = this.#mails.get(token);
      const failure = `failed/${id}.json`;
      if (failures.has(failure)) verdict.failed += 1;
      if (failures.has(failure) && mail !== undefined) {
        const reason = await reasonOf(store, { bucket: contentBucket, key: failure });
        const tries = this.#tries.most(id);
        verdict.unlucky += 1;
        verdict.reasons[reason] = (verdict.reasons[reason] ?? 0) + 1;
        if (tries < this.#attempts) verdict.hasty.push(`${token} ${id} ${reason} after ${tries}`);
      }
      for (const route of [...HEALTHY, ...(mail?.broken ? [BROKEN] : [])]) {
        if (!failedAt(id, route) && !this.#received.has(`${route} ${token}`))
          verdict.lost.push(`${token} ${id} ${route}`);
      }
    }
    for (const [place, entries] of this.#received) {
      const [, route = '', token = ''] = /^(\S+) (.*)$/.exec(place) ?? [];
      const manner = this.#mails.get(token)?.manner;
      const own = [...entries.values()].every(({ message }) => String(message.route) === route);
      const sent = manner !== undefined && manner !== 'leaves in DATA' && manner !== 'bare LF';
      if (!sent || !own || route === BROKEN) verdict.phantom.push(place);
      const messages = [...entries.values()].map(({ message }) => message);
      if (entries.size > 1 || messages.some(({ id }) => failures.has(`failed/${id}.json`)))
        verdict.duplicated.push(`${place} ${[...entries.keys(), ...messages.map(({ id }) => id)].join(' ')}`);
      // A message marked as sent counts as sent, even if a concurrent attempt saw an error.
      const refused = messages.filter(({ id, route: to }) => refusedAt(id, to));
      if (refused.some(({ id, route: to }) => !marked.has(`deliveries/${id}/${queueOf(to)}.sent`)))
        verdict.unheard.push(place);
      for (const entry of entries.values()) if (!(await stands(store, entry))) verdict.broken.push(place);
    }
    return verdict;
  }
}

async function keysOf(store: ObjectStore, bucket: string, prefix: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of store.list(bucket, { prefix })) keys.add(key);
  return keys;
}

async function reasonOf(store: ObjectStore, failure: ObjectRef): Promise<string> {
  const stored = await store.get(failure);
  return stored === null ? 'gone' : failureSchema.parse(JSON.parse(await text(stored.body))).reason;
}

/** Whether a message equals its stored document. The copy for a route is the document with its own `route`. */
async function stands(store: ObjectStore, { message, body }: Received): Promise<boolean> {
  const stored = await store.get(message.document);
  if (stored === null) return false;
  return isDeepStrictEqual({ ...JSON.parse(await text(stored.body)), route: message.route }, body);
}
