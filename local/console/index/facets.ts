import type { MailQuery, MailRow } from '../api/api.ts';

/** Filters of the list and the values of a row for each. The names are those of `MailQuery`. */
export const FACETS = {
  route: (row: MailRow) => row.routes,
  kind: (row: MailRow) => [row.kind],
  sender: (row: MailRow) => [row.sender],
  malware: (row: MailRow) => (row.malware === null ? [] : [row.malware]),
  defect: (row: MailRow) => (row.defects.length === 0 ? [] : ['any', ...row.defects]),
  failed: (row: MailRow) => [String(row.state === 'failed')],
  invoice: (row: MailRow) => [String(row.invoice)],
  attachments: (row: MailRow) => [String(row.attachmentCount > 0)],
  ambiguous: (row: MailRow) => [String(row.ambiguous)],
} as const satisfies Partial<Record<keyof MailQuery, (row: MailRow) => readonly string[]>>;

export type FacetName = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

/** `kind=bounce` */
export const facet = (name: FacetName, value: string): string => `${name}=${value}`;

export const facetsOf = (row: MailRow): string[] =>
  FACET_NAMES.flatMap((name) => FACETS[name](row).map((value) => facet(name, value)));
