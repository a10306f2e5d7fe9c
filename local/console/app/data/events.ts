import { useEffect, useRef, useState } from 'preact/hooks';
import type { ServerEvents } from '../../api/api.ts';
import { type Connection, type EventName, listenToServer } from './event-source.ts';

type Listener = (data: string) => void;

let connection: Connection = 'connecting';
let listening = false;
const watchers = new Set<(connection: Connection) => void>();
const listeners = new Map<EventName, Set<Listener>>();

/** Called for the first component that listens. */
function listen(): void {
  if (listening) return;
  listening = true;
  listenToServer({
    onEvent: (name, data) => {
      for (const listener of listeners.get(name) ?? []) listener(data);
    },
    onConnection: (now) => {
      connection = now;
      for (const watcher of watchers) watcher(now);
    },
  });
}

/** Calls the latest `listener` for each event of that name while the component is mounted. */
export function useServerEvent<N extends EventName>(name: N, listener: (data: ServerEvents[N]) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const receive: Listener = (data) => latest.current(JSON.parse(data));
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all.add(receive));
    listen();
    return () => {
      all.delete(receive);
    };
  }, [name]);
}

export function useConnection(): Connection {
  const [now, setNow] = useState(connection);
  useEffect(() => {
    listen();
    watchers.add(setNow);
    return () => {
      watchers.delete(setNow);
    };
  }, []);
  return now;
}
