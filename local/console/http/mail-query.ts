import { DEFECT_CODES } from '../../../core/mail/defects.ts';
import { MALWARE_VERDICTS } from '../../../core/mail/enrichment-schema.ts';
import { isMailId } from '../../../core/mail/id.ts';
import { MAIL_KINDS } from '../../../core/mail/parsed-mail.ts';
import type { MailQuery, SenderLevel } from '../api/api.ts';
import type { IndexQuery } from '../index/database.ts';
import { FACET_NAMES, type FacetName } from '../index/facets.ts';
import { RequestError } from './api-error.ts';

const SEARCH_CHARACTERS = 500;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

const SENDER_LEVELS = ['verified', 'partly', 'unverified', 'contradicted', 'unknown'] as const satisfies SenderLevel[];
const BOOLEANS = ['true', 'false'];

/** Null allows any text, such as the name of a route. */
const VALUES: Readonly<Record<FacetName, readonly string[] | null>> = {
  route: null,
  kind: MAIL_KINDS,
  sender: SENDER_LEVELS,
  malware: MALWARE_VERDICTS,
  defect: ['any', ...Object.keys(DEFECT_CODES)],
  failed: BOOLEANS,
  invoice: BOOLEANS,
  attachments: BOOLEANS,
  ambiguous: BOOLEANS,
};

/**
 * Decodes the parameters of `MailQuery` and ignores others, which belong to the page.
 *
 * @throws RequestError that names the parameter
 */
export function decodeMailQuery(parameters: URLSearchParams): IndexQuery {
  const search = parameters.get('search' satisfies keyof MailQuery) ?? '';
  if (search.length > SEARCH_CHARACTERS) {
    throw invalid('search', `it has ${search.length} characters; the maximum is ${SEARCH_CHARACTERS}`);
  }
  const facets: IndexQuery['facets'] = {};
  for (const name of FACET_NAMES) {
    const values = parameters.getAll(name).filter((value) => value !== '');
    const known = VALUES[name];
    const unknown = known && values.find((value) => !known.includes(value));
    if (unknown) throw invalid(name, `"${unknown}" is not one of ${known.join(', ')}`);
    if (values.length > 0) facets[name] = values;
  }
  const before = parameters.get('before') || null;
  if (before !== null && !isMailId(before)) throw invalid('before', `"${before}" is not a mail id`);
  return {
    search,
    facets,
    since: time('since', parameters.get('since')),
    until: time('until', parameters.get('until')),
    before,
    limit: limit(parameters.get('limit')),
  };
}

function time(name: keyof MailQuery, text: string | null): number | null {
  if (text === null || text === '') return null;
  const at = Date.parse(text);
  if (Number.isNaN(at) || at < 0)
    throw invalid(name, `"${text}" is not a time: use a form such as 2026-11-28T10:00:00Z`);
  return at;
}

function limit(text: string | null): number {
  if (text === null || text === '') return DEFAULT_LIMIT;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MAX_LIMIT) return value;
  throw invalid('limit', `"${text}" is not a whole number from 1 to ${MAX_LIMIT}`);
}

const invalid = (name: keyof MailQuery, why: string): RequestError =>
  new RequestError(400, 'query.invalid', `Parameter ${name}: ${why}.`);
