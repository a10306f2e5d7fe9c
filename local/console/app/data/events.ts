import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServerEvents } from '../../api/api.ts';

type Name = keyof ServerEvents;
type Connection = 'connecting' | 'live' | 'lost';

/** One stream for the whole page, opened with the first listener. The browser opens it again when it breaks. */
let source: EventSource | null = null;
let connection: Connection = 'connecting';
const watchers = new Set<(connection: Connection) => void>();

function stream(): EventSource {
  if (source !== null) return source;
  source = new EventSource('/api/events');
  source.onopen = () => setConnection('live');
  source.onerror = () => setConnection('lost');
  return source;
}

function setConnection(now: Connection): void {
  connection = now;
  for (const watcher of watchers) watcher(now);
}

/** Calls the latest `listener` for each event of that name for as long as the component is there. */
export function useServerEvent<N extends Name>(name: N, listener: (data: ServerEvents[N]) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const receive = (event: MessageEvent<string>) => latest.current(JSON.parse(event.data));
    stream().addEventListener(name, receive);
    return () => stream().removeEventListener(name, receive);
  }, [name]);
}

export function useConnection(): Connection {
  const [now, setNow] = useState(connection);
  useEffect(() => {
    stream();
    watchers.add(setNow);
    return () => {
      watchers.delete(setNow);
    };
  }, []);
  return now;
}
