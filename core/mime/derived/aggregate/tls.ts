import * as z from 'zod/mini';
import type { TlsReport } from '../../../mail/report-schemas.ts';
import { boundValues, count, listOf, text } from './values.ts';

/** Maximum values of one report; real ones have some hundreds. */
const VALUE_LIMIT = 300_000;
const POLICY_LIMIT = 100;
/** Maximum kinds of failure per policy; RFC 8460 §4.3 has 15. */
const FAILURE_LIMIT = 50;

const policy = z.object({
  policy: z.object({ 'policy-type': text, 'policy-domain': text }),
  summary: z.catch(z.object({ 'total-successful-session-count': count, 'total-failure-session-count': count }), {
    'total-successful-session-count': 0,
    'total-failure-session-count': 0,
  }),
  'failure-details': listOf(z.object({ 'result-type': text, 'failed-session-count': count })),
});
const report = z.object({
  'organization-name': text,
  'report-id': text,
  'date-range': z.catch(z.object({ 'start-datetime': text, 'end-datetime': text }), {
    'start-datetime': null,
    'end-datetime': null,
  }),
  policies: z.array(policy),
});

/**
 * A report of TLS connections (RFC 8460 §4.4).
 *
 * @throws Error with what is wrong when it is not such a report
 */
export function readTlsReport(json: string): TlsReport {
  boundValues(json, /[[{,]/g, VALUE_LIMIT);
  const parsed = report.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error('not a report of TLS connections (RFC 8460)');
  const { 'organization-name': organization, 'report-id': reportId, 'date-range': range, policies } = parsed.data;
  const results = policies.map(({ policy, summary, 'failure-details': details }) => ({
    type: policy['policy-type'],
    domain: policy['policy-domain'],
    successful: summary['total-successful-session-count'],
    failed: summary['total-failure-session-count'],
    failures: sumByType(details.map((detail) => [detail['result-type'] ?? '', detail['failed-session-count']])),
  }));
  return {
    organization,
    reportId,
    begin: instant(range['start-datetime']),
    end: instant(range['end-datetime']),
    successful: results.reduce((total, { successful }) => total + successful, 0),
    failed: results.reduce((total, { failed }) => total + failed, 0),
    policies: results.slice(0, POLICY_LIMIT),
  };
}

function sumByType(details: readonly (readonly [string, number])[]): { type: string; sessions: number }[] {
  const sums = new Map<string, number>();
  for (const [type, sessions] of details) {
    if (sums.has(type) || sums.size < FAILURE_LIMIT) sums.set(type, (sums.get(type) ?? 0) + sessions);
  }
  return [...sums].map(([type, sessions]) => ({ type, sessions }));
}

/** RFC 3339; null when it is not valid. */
function instant(value: string | null): string | null {
  const time = value !== null && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
