import type { Entity } from '../../entity.ts';
import { firstValue } from '../../header/fields.ts';
import type { RawField } from '../../scan/header-lines.ts';

/** `receiver ! policy-domain ! begin ! end [! unique-id]` and its compression (RFC 7489 §7.2.1.1, RFC 8460 §5.1). */
const REPORT_NAME =
  /^[^!]{1,255}![^!]{1,255}!\d{1,12}!\d{1,12}(?:![^!]{0,255})?\.(?:xml|json|zip|gz|xml\.gz|json\.gz)$/i;
const TLS_TYPES: ReadonlySet<string> = new Set(['application/tlsrpt+gzip', 'application/tlsrpt+json']);
const PACKED_TYPES: ReadonlySet<string> = new Set([
  ...['application/gzip', 'application/x-gzip', 'application/zip', 'application/x-zip', 'application/x-zip-compressed'],
  ...['application/xml', 'text/xml', 'application/json', 'application/octet-stream'],
]);

/** Whether the part is a report of what receivers saw of a domain's mail, about DMARC or TLS. */
export function isAggregateReport({ contentType, filename }: Entity, mail: readonly RawField[]): boolean {
  if (TLS_TYPES.has(contentType)) return true;
  if (!PACKED_TYPES.has(contentType)) return false;
  if (filename !== null && REPORT_NAME.test(filename)) return true;
  // "Report Domain: example.com Submitter: mx.example.net Report-ID: <1@example.net>" (RFC 7489 §7.2.1.1)
  return /^\s*(?:\[[^\]]{1,40}\]\s*)?report[\s_]+domain:/i.test((firstValue(mail, 'subject') ?? '').slice(0, 200));
}
