import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { IndexState, MailPage, MailRow } from '../../api/api.ts';
import { CallError, call } from '../data/call.ts';
import { useServerEvent } from '../data/events.ts';
import { PAGE } from '../data/page-state.ts';
import { Arrivals } from './arrivals.ts';

/** The API's maximum per request. */
const PAGE_SIZE = 200;

export interface MailList {
  rows: readonly MailRow[];
  index: IndexState | null;
  /** There are older mails that were not requested yet. */
  more: boolean;
  /** The first answer has not arrived yet. */
  loading: boolean;
  error: CallError | null;
  loadMore: () => void;
}

interface State {
  filter: string;
  rows: readonly MailRow[];
  older: string | null;
  index: IndexState | null;
  error: CallError | null;
}

/** The mails that match a filter, newest first, loaded on scrolling; arriving mails are put in front. */
export function useMails(filter: string): MailList {
  const [state, setState] = useState<State>(() => firstState(filter));
  // Several events may arrive before the next render, so each builds on the previous state.
  const latest = useRef(state);
  const set = useCallback((changes: Partial<State>) => {
    latest.current = { ...latest.current, ...changes };
    setState(latest.current);
  }, []);
  const asking = useRef<AbortController | null>(null);

  const load = useCallback(
    async (before: string | null) => {
      asking.current?.abort();
      const controller = new AbortController();
      asking.current = controller;
      const { signal } = controller;
      try {
        const { mails, older, index } = await page(filter, before, signal);
        const rows = before === null ? mails : [...latest.current.rows, ...mails];
        set({ filter, rows, older, index, error: null });
      } catch (error) {
        if (error instanceof CallError) set({ filter, error });
      } finally {
        if (asking.current === controller) asking.current = null;
      }
    },
    [filter, set],
  );

  useEffect(() => {
    if (latest.current.filter !== filter || latest.current.index === null) load(null);
    return () => asking.current?.abort();
  }, [filter, load]);

  useArrivals(filter, ({ mails, older, index }) => {
    const { rows } = latest.current;
    const arrived = new Set(mails.map(({ id }) => id));
    const rest = rows.filter(({ id }) => !arrived.has(id));
    // More than a page arrived at once: the mails in between are loaded on scrolling.
    const gap = older !== null && rest.length === rows.length && rows.length > 0;
    if (gap) set({ rows: mails, older, index });
    else set({ rows: [...mails, ...rest].sort((a, b) => (a.id < b.id ? 1 : -1)), index });
  });
  useServerEvent('mail', (row) => {
    const { rows } = latest.current;
    if (rows.some(({ id }) => id === row.id)) set({ rows: rows.map((old) => (old.id === row.id ? row : old)) });
  });
  useServerEvent('index', (index) => set({ index }));
  useServerEvent('refresh', () => load(null));

  return {
    rows: state.rows,
    index: state.index,
    more: state.older !== null,
    loading: state.filter !== filter || (state.index === null && state.error === null),
    error: state.error,
    loadMore: () => {
      if (asking.current === null && latest.current.older !== null) load(latest.current.older);
    },
  };
}

/** The state embedded in the page applies only to the URL it was loaded from. */
function firstState(filter: string): State {
  const { mails } = PAGE;
  PAGE.mails = null;
  if (mails === null || mails === undefined) return { filter, rows: [], older: null, index: null, error: null };
  return { filter, rows: mails.mails, older: mails.older, index: mails.index, error: null };
}

function page(filter: string, before: string | null, signal?: AbortSignal) {
  const query = new URLSearchParams(filter);
  query.set('limit', String(PAGE_SIZE));
  if (before !== null) query.set('before', before);
  return call('GET /api/mails', signal === undefined ? { query } : { query, signal });
}

/**
 * Requests the newest mails when one arrives that may belong in the list; only the server can tell whether it does. At
 * most one request is in flight, however many mails arrive.
 */
function useArrivals(filter: string, add: (newest: MailPage) => void): void {
  const latest = useRef(add);
  latest.current = add;
  const arrivals = useRef<Arrivals | null>(null);
  useEffect(() => {
    const asked = new Arrivals(async () => {
      const newest = await page(filter, null);
      if (arrivals.current === asked) latest.current(newest);
    });
    arrivals.current = asked;
    return () => {
      arrivals.current = null;
    };
  }, [filter]);
  useServerEvent('mail', () => arrivals.current?.notice());
}
