import type { ServerEvents } from '../../api/api.ts';
import { PAGE } from './page-state.ts';

export type EventName = keyof ServerEvents;
export type Connection = 'connecting' | 'live' | 'lost';

/** What the page that has the stream tells the others, and what a new page asks it for. */
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
/** Of the lock and of the channel, both for this origin alone. */
const SHARED = 'mail-pipeline-events';
/** After an answer that ends an EventSource for good, such as 503. */
const AGAIN_MS = 5_000;

/**
 * The server's events for all open pages of this browser over one stream: a browser has six connections to a server, and
 * a seventh page with a stream of its own would hang. Whichever page holds the lock has the stream and tells the others.
 * When that page goes, the next one goes on behind the last event. A page that may have missed events is told `refresh`.
 */
export function listenToServer({ onEvent, onConnection }: EventsListener): void {
  const channel = new BroadcastChannel(SHARED);
  let connection: Connection = 'connecting';
  /** The last event that this page knows of. */
  let last = PAGE.event;
  let joined = false;
  let leads = false;

  channel.onmessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.kind === 'hello') {
      if (leads) tell({ kind: 'state', connection, id: last });
      return;
    }
    if (message.kind === 'event') {
      // Before that it is not known what came between the page and this event.
      if (joined) last = message.id;
      return onEvent(message.name, message.data);
    }
    if (!joined && message.id !== last) onEvent('refresh', '{}');
    joined = true;
    last = message.id;
    onConnection(message.connection);
  };
  tell({ kind: 'hello' });
  // Held until the page is closed.
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
