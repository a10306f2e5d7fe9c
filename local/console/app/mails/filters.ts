import type { MailQuery } from '../../api/api.ts';

/** The parameters of the address that choose mails. Each is one of the API's too. */
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

/** What the API is asked for, from the address of the page. */
export function apiQuery(query: URLSearchParams): URLSearchParams {
  const names: readonly string[] = FILTERS;
  return new URLSearchParams([...query].filter(([name, value]) => names.includes(name) && value !== ''));
}

/** Address of the list with one filter set, or taken away when it is set to that already. */
export function toggled(query: URLSearchParams, name: FilterName, value: string): string {
  const changed = apiQuery(query);
  if (changed.get(name) === value) changed.delete(name);
  else changed.set(name, value);
  return listAddress(changed);
}

/** Address of the list that some parameters choose. */
export function listAddress(query: URLSearchParams): string {
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}
