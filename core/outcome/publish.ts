import type { Log } from '../log/log.ts';
import { errorText, failureKind } from '../mail/errors.ts';
import { EVENT_SOURCE, MAIL_PARSED, mailParsedEvent } from '../mail/mail-parsed-event.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { type Oversize, queueMessage } from '../mail/queue-message.ts';
import type { MetricSink } from '../metrics/lambda-metrics.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Queue } from '../ports/queue.ts';
import { failedOf } from './failures.ts';

export interface PublishDeps {
  store: ObjectStore;
  /** The parsed-mail queue. */
  queue: Pick<Queue, 'send'>;
  /** By the name of the route. */
  routeQueues: ReadonlyMap<string, RouteQueue>;
  /** Told of every mail that is out; null when nobody asked for it. */
  bus: EventBus | null;
  contentBucket: string;
  queueMessageLimitBytes: number;
  /** What a mail longer than that becomes. */
  oversize: Oversize;
  log: Log;
  metrics: MetricSink;
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
 * Holding them back instead would stake the mail on what another attempt has yet to do. The bus is told last: whoever
 * hears of a mail finds it.
 *
 * Whoever gives a mail up writes `failed/` first and looks for the document then; here the document is written first
 * and `failed/` looked for then. So one of the two sees the other, and a mail never has both outcomes or none. A
 * redrive therefore removes `failed/<id>.json` before it sends the event.
 */
export async function publish(deps: PublishDeps, document: ParsedMail): Promise<Published> {
  if ((await deps.store.head(failedOf(deps.contentBucket, document.id))) !== null) return 'failed';
  const names = document.routes.map(({ name }) => (name !== null && deps.routeQueues.has(name) ? name : null));
  const routes = new Set(names);
  await Promise.all([...routes].map((name) => sendCopy(deps, document, name)));
  await announce(deps, document, routes);
  return 'sent';
}

async function sendCopy(deps: PublishDeps, document: ParsedMail, route: string | null): Promise<void> {
  const own = route === null ? undefined : deps.routeQueues.get(route);
  const { queue, messageLimitBytes } = own ?? { queue: deps.queue, messageLimitBytes: deps.queueMessageLimitBytes };
  const { body, attributes } = queueMessage(document, messageLimitBytes, deps.oversize, route);
  await queue.send({ body, attributes });
}

/** The mail is out. A bus that will never take the event must not have the mail given up, and sent again for it. */
async function announce(
  { bus, log, metrics }: PublishDeps,
  document: ParsedMail,
  routes: ReadonlySet<string | null>,
): Promise<void> {
  if (bus === null) return;
  try {
    await bus.put({ source: EVENT_SOURCE, detailType: MAIL_PARSED, detail: mailParsedEvent(document, routes) });
  } catch (error) {
    if (failureKind(error) === 'transient') throw error;
    metrics.add('eventsRefused', 1);
    log.error('the event bus refused an event', { mailId: document.id, error: errorText(error) });
  }
}
