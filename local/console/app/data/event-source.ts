import type { ServerEvents } from '../../api/api.ts';
import { PAGE } from './page-state.ts';

export type EventName = keyof ServerEvents;
export type Connection = 'connecting' | 'live' | 'lost';

/** Messages between pages: events from the page that has the stream, and the request of a new page. */
type Message =
  | { kind: 'event'; name: EventName; data: string; id: string }
  | { kind: 'state'; connection: Connection; id: string }
  | { kind: 'hello' };

export interface EventsListener {
  /** @param data JSON */
  onEvent: (name: EventName, data: string) => void;
  onConnection: (connection: Connection) => void;
}

const NAMES: readonly EventName[] = ['mail', 'flow', 'index', 'refresh'];
/** Name of the lock and of the channel; both are per origin. */
const SHARED = 'mail-pipeline-events';
/** Delay after an answer that ends an EventSource for good, such as 503. */
const AGAIN_MS = 5_000;

/**
 * Shares one stream of server events among all open pages of this browser: a browser allows six connections to a
 * server, so a seventh page with its own stream would hang. The page that holds the lock has the stream and broadcasts
 * to the others. When it closes, the next one resumes after the last event. A page that may have missed events gets
 * `refresh`.
 */
export function listenToServer({ onEvent, onConnection }: EventsListener): void {
  const channel = new BroadcastChannel(SHARED);
  let connection: Connection = 'connecting';
  /** Id of the last event this page has seen. */
  let last = PAGE.event;
  let joined = false;
  let leads = false;

  channel.onmessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.kind === 'hello') {
      if (leads) tell({ kind: 'state', connection, id: last });
      return;
    }
    if (message.kind === 'event') {
      // Until then this page may have missed events before this one.
      if (joined) last = message.id;
      return onEvent(message.name, message.data);
    }
    if (!joined && message.id !== last) onEvent('refresh', '{}');
    joined = true;
    last = message.id;
    onConnection(message.connection);
  };
  tell({ kind: 'hello' });
  // Never settles, so the lock is held until the page closes.
  navigator.locks.request(SHARED, () => new Promise<never>(lead));

  function tell(message: Message): void {
    channel.postMessage(message);
  }

  function connected(now: Connection): void {
    connection = now;
    onConnection(now);
    tell({ kind: 'state', connection, id: last });
  }

  function lead(): void {
    leads = true;
    joined = true;
    const source = new EventSource(`/api/events?after=${encodeURIComponent(last)}`);
    source.onopen = () => connected('live');
    source.onerror = () => {
      connected('lost');
      if (source.readyState === EventSource.CLOSED) setTimeout(lead, AGAIN_MS);
    };
    for (const name of NAMES) {
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        last = lastEventId;
        tell({ kind: 'event', name, data, id: last });
        onEvent(name, data);
      });
    }
  }
}
