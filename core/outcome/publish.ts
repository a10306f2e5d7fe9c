import type { ParsedMail } from '../mail/parsed-mail.ts';
import { type Oversize, queueMessage } from '../mail/queue-message.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Queue } from '../ports/queue.ts';
import { failedOf } from './failures.ts';

export interface PublishDeps {
  store: ObjectStore;
  /** The parsed-mail queue. */
  queue: Pick<Queue, 'send'>;
  /** By the name of the route. */
  routeQueues: ReadonlyMap<string, RouteQueue>;
  contentBucket: string;
  queueMessageLimitBytes: number;
  /** What a mail longer than that becomes. */
  oversize: Oversize;
}

/** The queue of a route, and the longest message for it in bytes. */
export interface RouteQueue {
  queue: Pick<Queue, 'send'>;
  messageLimitBytes: number;
}

/** `failed`: the mail was given up before; that stands until it is redriven. */
export type Published = 'sent' | 'failed';

/**
 * Puts a mail whose document stands on each queue that its routes name, unless it has failed before. A route that the
 * configuration has no more is served by the parsed-mail queue. An attempt that got as far already, and
 * another delivery of the same mail (`duplicateOf`), send the same dedupKey and revision: consumers take one of them.
 * Holding them back instead would stake the mail on what another attempt has yet to do.
 *
 * Whoever gives a mail up writes `failed/` first and looks for the document then; here the document is written first
 * and `failed/` looked for then. So one of the two sees the other, and a mail never has both outcomes or none. A
 * redrive therefore removes `failed/<id>.json` before it sends the event.
 */
export async function publish(deps: PublishDeps, document: ParsedMail): Promise<Published> {
  if ((await deps.store.head(failedOf(deps.contentBucket, document.id))) !== null) return 'failed';
  const names = document.routes.map(({ name }) => (name !== null && deps.routeQueues.has(name) ? name : null));
  await Promise.all([...new Set(names)].map((name) => sendCopy(deps, document, name)));
  return 'sent';
}

async function sendCopy(deps: PublishDeps, document: ParsedMail, route: string | null): Promise<void> {
  const own = route === null ? undefined : deps.routeQueues.get(route);
  const { queue, messageLimitBytes } = own ?? { queue: deps.queue, messageLimitBytes: deps.queueMessageLimitBytes };
  const { body, attributes } = queueMessage(document, messageLimitBytes, deps.oversize, route);
  await queue.send({ body, attributes });
}
