import { useEffect, useState } from 'preact/hooks';

/** The URL of the page. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const listeners = new Set<() => void>();

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });

/** The current URL, through links, back and forward. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = () => setPlace(here());
    listeners.add(update);
    addEventListener('popstate', update);
    return () => {
      listeners.delete(update);
      removeEventListener('popstate', update);
    };
  }, []);
  return place;
}

/** Navigates to a view without reloading. `replace` adds no history entry. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  for (const listener of listeners) listener();
}

/** The views; every other path of this origin is a document, a download or the API. */
const VIEWS = /^\/(flow|try|mails\/[0-9A-Z]+)?$/;

export const isView = (path: string): boolean => VIEWS.test(path);

/**
 * Routes ordinary clicks on links to views through `navigate`; the browser handles new tabs, downloads and other paths.
 */
export function followLinks(): void {
  addEventListener('click', (event) => {
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!isView(link.pathname) || link.hash !== '') return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

/** The same URL with some parameters set, or removed if the value is null. */
export function withQuery(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  return text === '' ? '' : `?${text}`;
}
