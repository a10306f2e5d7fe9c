import type { MailQuery } from '../../api/api.ts';

/** URL parameters that filter mails. The API has the same ones. */
export const FILTERS = [
  'search',
  'route',
  'kind',
  'sender',
  'malware',
  'defect',
  'failed',
  'invoice',
  'attachments',
  'ambiguous',
  'since',
  'until',
] as const satisfies (keyof MailQuery)[];

export type FilterName = (typeof FILTERS)[number];

/** The API query for the URL of the page. */
export function apiQuery(query: URLSearchParams): URLSearchParams {
  const names: readonly string[] = FILTERS;
  return new URLSearchParams([...query].filter(([name, value]) => names.includes(name) && value !== ''));
}

/** URL of the list with one filter set, or removed if it is already set to that value. */
export function toggled(query: URLSearchParams, name: FilterName, value: string): string {
  const changed = apiQuery(query);
  if (changed.get(name) === value) changed.delete(name);
  else changed.set(name, value);
  return listAddress(changed);
}

/** URL of the list with the given parameters. */
export function listAddress(query: URLSearchParams): string {
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}
