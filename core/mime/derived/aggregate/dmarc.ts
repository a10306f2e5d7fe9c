import * as z from 'zod/mini';
import type { DmarcReport } from '../../../mail/report-schemas.ts';
import { boundValues, count, listOf, text } from './values.ts';

/** Tags of one report; a record has about 50. */
const TAG_LIMIT = 300_000;
/** Records that failed which are listed, those of most mails first. */
const FAILING_LIMIT = 20;
const NESTING = 30;

const policyEvaluated = z.object({ disposition: text, dkim: text, spf: text });
const record = z.object({
  row: z.object({ source_ip: text, count, policy_evaluated: policyEvaluated }),
  identifiers: z.catch(z.object({ header_from: text }), { header_from: null }),
});
const feedback = z.object({
  report_metadata: z.object({
    org_name: text,
    report_id: text,
    date_range: z.catch(z.object({ begin: text, end: text }), { begin: null, end: null }),
  }),
  policy_published: z.object({ domain: text, p: text }),
  record: listOf(record),
});

/**
 * A DMARC aggregate report (RFC 7489, appendix C; RFC 9990).
 *
 * @throws Error with what is wrong when it is not such a report
 */
export async function readDmarcReport(xml: string): Promise<DmarcReport> {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new Error('it declares a document type, which is not allowed');
  boundValues(xml, /</g, TAG_LIMIT);
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(`not well-formed XML: ${valid.err.msg}`);
  const parser = new XMLParser({
    parseTagValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    removeNSPrefix: true,
    processEntities: { enabled: true, maxEntityCount: 0 },
    maxNestedTags: NESTING,
  });
  const document = z.object({ feedback }).safeParse(parser.parse(xml));
  if (!document.success) throw new Error('not a DMARC aggregate report');
  const { report_metadata: metadata, policy_published: policy, record: records } = document.data.feedback;
  const rows = records.map(({ row, identifiers }) => ({
    sourceIp: row.source_ip,
    headerFrom: identifiers.header_from,
    messages: row.count,
    disposition: row.policy_evaluated.disposition,
    dkim: row.policy_evaluated.dkim,
    spf: row.policy_evaluated.spf,
  }));
  const sum = (counts: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(counts).reduce((total, { messages }) => total + messages, 0);
  const failing = rows.filter(({ dkim, spf }) => dkim === 'fail' && spf === 'fail');
  failing.sort((a, b) => b.messages - a.messages);
  return {
    organization: metadata.org_name,
    reportId: metadata.report_id,
    domain: policy.domain,
    policy: policy.p,
    begin: instant(metadata.date_range.begin),
    end: instant(metadata.date_range.end),
    messages: sum(() => true),
    passed: sum(({ dkim, spf }) => dkim === 'pass' || spf === 'pass'),
    dkimAligned: sum(({ dkim }) => dkim === 'pass'),
    spfAligned: sum(({ spf }) => spf === 'pass'),
    quarantined: sum(({ disposition }) => disposition === 'quarantine'),
    rejected: sum(({ disposition }) => disposition === 'reject'),
    failing: failing
      .slice(0, FAILING_LIMIT)
      .map(({ sourceIp, headerFrom, messages, disposition }) => ({ sourceIp, headerFrom, messages, disposition })),
  };
}

/** Seconds since 1970. */
function instant(seconds: string | null): string | null {
  return seconds !== null && /^\d{1,11}$/.test(seconds) ? new Date(Number(seconds) * 1000).toISOString() : null;
}
