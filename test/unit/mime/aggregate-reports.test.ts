import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../core/mail/kind.ts';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { zip } from '../../support/archives.ts';
import { readMail } from './read-mail.ts';

const record = (ip: string, count: number, [disposition, dkim, spf]: [string, string, string]) => `
  <record>
    <row><source_ip>${ip}</source_ip><count>${count}</count>
      <policy_evaluated><disposition>${disposition}</disposition><dkim>${dkim}</dkim><spf>${spf}</spf></policy_evaluated></row>
    <identifiers><header_from>example.com</header_from></identifiers>
    <auth_results><spf><domain>example.com</domain><result>${spf}</result></spf></auth_results>
  </record>`;
/** The format that Google sends. */
const dmarcXml = (records: string, root = '<feedback>') => `<?xml version="1.0" encoding="UTF-8" ?>
${root}
  <report_metadata>
    <org_name>mail.example.net</org_name><email>noreply-dmarc@example.net</email>
    <report_id>10943837481</report_id>
    <date_range><begin>1763683200</begin><end>1763769599</end></date_range>
  </report_metadata>
  <policy_published><domain>example.com</domain><adkim>r</adkim><aspf>r</aspf><p>quarantine</p><sp>none</sp><pct>100</pct></policy_published>
${records}
</feedback>`;
const DMARC = dmarcXml(
  record('192.0.2.1', 100, ['none', 'pass', 'pass']) +
    record('192.0.2.2', 10, ['none', 'pass', 'fail']) +
    record('203.0.113.9', 3, ['quarantine', 'fail', 'fail']) +
    record('2001:db8::7', 4, ['reject', 'fail', 'fail']),
);
const EXPECTED = {
  organization: 'mail.example.net',
  reportId: '10943837481',
  domain: 'example.com',
  policy: 'quarantine',
  begin: '2025-11-21T00:00:00.000Z',
  end: '2025-11-21T23:59:59.000Z',
  messages: 117,
  passed: 110,
  dkimAligned: 110,
  spfAligned: 100,
  quarantined: 3,
  rejected: 4,
  failing: [
    { sourceIp: '2001:db8::7', headerFrom: 'example.com', messages: 4, disposition: 'reject' },
    { sourceIp: '203.0.113.9', headerFrom: 'example.com', messages: 3, disposition: 'quarantine' },
  ],
};
/** The format of RFC 8460, appendix B. */
const TLS = JSON.stringify({
  'organization-name': 'Company-X',
  'date-range': { 'start-datetime': '2026-04-01T00:00:00Z', 'end-datetime': '2026-04-01T23:59:59Z' },
  'contact-info': 'sts-reporting@example.net',
  'report-id': '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
  policies: [
    {
      policy: {
        'policy-type': 'sts',
        'policy-string': ['version: STSv1', 'mode: testing'],
        'policy-domain': 'example.com',
      },
      summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
      'failure-details': [
        { 'result-type': 'certificate-expired', 'sending-mta-ip': '2001:db8::1', 'failed-session-count': 100 },
        { 'result-type': 'starttls-not-supported', 'failed-session-count': 200 },
        { 'result-type': 'certificate-expired', 'failed-session-count': 3 },
      ],
    },
    {
      policy: { 'policy-type': 'tlsa', 'policy-domain': 'example.org' },
      summary: { 'total-successful-session-count': 5 },
    },
  ],
});

const zipOf = (files: Record<string, Buffer | string>) =>
  zip(Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })));

interface Part {
  type: string;
  name?: string;
  bytes: Buffer | string;
}
const fieldsOf = ({ type, name }: Part) => [
  `Content-Type: ${type}${name === undefined ? '' : `; name="${name}"`}`,
  'Content-Transfer-Encoding: base64',
  ...(name === undefined ? [] : [`Content-Disposition: attachment; filename="${name}"`]),
];
const body = ({ bytes }: Part) => Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
/** A mail that contains only the report. */
const alone = (part: Part, subject = 'Report') =>
  ['From: dmarc@example.net', `Subject: ${subject}`, ...fieldsOf(part), '', body(part), ''].join('\r\n');
const beside = (type: string, ...parts: Part[]) =>
  [
    'From: tlsrpt@example.net',
    `Content-Type: ${type}; boundary=b`,
    '',
    '--b',
    '',
    'for people',
    ...parts.flatMap((part) => ['--b', ...fieldsOf(part), '', body(part)]),
    '--b--',
    '',
  ].join('\r\n');
const read = async (mail: string) => (await readMail(new StreamingMimeReader(), mail)).content;
const DMARC_NAME = 'mail.example.net!example.com!1763683200!1763769599';

describe('a DMARC aggregate report is read into counts', () => {
  it.each<[string, string]>([
    ['gzip', alone({ type: 'application/gzip', name: `${DMARC_NAME}.xml.gz`, bytes: gzipSync(DMARC) })],
    [
      'zip',
      alone({ type: 'application/zip', name: `${DMARC_NAME}.zip`, bytes: zipOf({ [`${DMARC_NAME}.xml`]: DMARC }) }),
    ],
    ['plain XML', alone({ type: 'text/xml', name: `${DMARC_NAME}!7.xml`, bytes: DMARC })],
    ['gzip that is called zip', alone({ type: 'application/zip', name: `${DMARC_NAME}.zip`, bytes: gzipSync(DMARC) })],
    [
      'octets beside a text',
      beside('multipart/mixed', {
        type: 'application/octet-stream',
        name: `${DMARC_NAME}.xml.gz`,
        bytes: gzipSync(DMARC),
      }),
    ],
    [
      'an unnamed file, by the subject',
      alone(
        { type: 'application/x-zip-compressed', bytes: zipOf({ 'report.xml': DMARC }) },
        'Report domain: example.com Submitter: mail.example.net Report-ID: 1',
      ),
    ],
    [
      'a namespace',
      alone({
        type: 'text/xml',
        name: `${DMARC_NAME}.xml`,
        bytes: dmarcXml(
          DMARC.slice(DMARC.indexOf('<record>'), DMARC.lastIndexOf('</feedback>')),
          '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">',
        ),
      }),
    ],
  ])('sent as %s', async (_, mail) => {
    const content = await read(mail);
    expect(content.report).toMatchObject({ type: 'dmarc-aggregate', dmarc: EXPECTED, tls: null });
    expect(content.attachments).toHaveLength(1);
    expect(content.defects).toEqual([]);
  });

  it('although all optional elements are missing', async () => {
    const bare =
      '<feedback><report_metadata><org_name>a</org_name></report_metadata><policy_published><domain>b</domain></policy_published>' +
      '<record><row><count>7</count><policy_evaluated><dkim>pass</dkim></policy_evaluated></row></record>' +
      '<record><row><count>5</count><policy_evaluated><dkim>fail</dkim></policy_evaluated></row></record></feedback>';
    const { report } = await read(alone({ type: 'text/xml', name: `${DMARC_NAME}.xml`, bytes: bare }));
    // The report does not say that SPF failed, too.
    const dmarc = { begin: null, policy: null, reportId: null, messages: 12, passed: 7, spfAligned: 0, failing: [] };
    expect(report?.dmarc).toMatchObject(dmarc);
  });

  it('with one record or none', async () => {
    const one = alone({
      type: 'text/xml',
      name: `${DMARC_NAME}.xml`,
      bytes: dmarcXml(record('192.0.2.1', 1, ['none', 'fail', 'pass'])),
    });
    expect((await read(one)).report?.dmarc).toMatchObject({
      messages: 1,
      passed: 1,
      spfAligned: 1,
      dkimAligned: 0,
      failing: [],
    });
    const none = alone({ type: 'text/xml', name: `${DMARC_NAME}.xml`, bytes: dmarcXml('') });
    expect((await read(none)).report?.dmarc).toMatchObject({ messages: 0, passed: 0 });
  });

  it('which makes the mail a report', async () => {
    const content = await read(alone({ type: 'text/xml', name: `${DMARC_NAME}.xml`, bytes: DMARC }));
    expect(kindOf({ ...content, envelope: null })).toBe('report');
  });
});

describe('a TLS report is read into counts', () => {
  const expected = {
    type: 'tlsrpt',
    dmarc: null,
    tls: {
      organization: 'Company-X',
      reportId: '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
      begin: '2026-04-01T00:00:00.000Z',
      end: '2026-04-01T23:59:59.000Z',
      successful: 5331,
      failed: 303,
      policies: [
        {
          type: 'sts',
          domain: 'example.com',
          successful: 5326,
          failed: 303,
          failures: [
            { type: 'certificate-expired', sessions: 103 },
            { type: 'starttls-not-supported', sessions: 200 },
          ],
        },
        { type: 'tlsa', domain: 'example.org', successful: 5, failed: 0, failures: [] },
      ],
    },
  };
  it.each<[string, string]>([
    [
      'gzip',
      beside('multipart/report; report-type="tlsrpt"', { type: 'application/tlsrpt+gzip', bytes: gzipSync(TLS) }),
    ],
    ['JSON', beside('multipart/report; report-type=tlsrpt', { type: 'application/tlsrpt+json', bytes: TLS })],
    [
      'gzip by its name',
      beside('multipart/mixed', {
        type: 'application/gzip',
        name: 'a.example!example.com!1!2.json.gz',
        bytes: gzipSync(TLS),
      }),
    ],
  ])('sent as %s', async (_, mail) => {
    expect((await read(mail)).report).toMatchObject(expected);
  });
});

describe('a report that cannot be read is an attachment with a defect', () => {
  const named = (bytes: Buffer | string, name = `${DMARC_NAME}.xml.gz`) =>
    alone({ type: 'application/gzip', name, bytes });
  const bomb = gzipSync(Buffer.alloc(MIME_LIMITS.aggregateReportBytes + 1, 0x20));
  it.each<[string, string, string]>([
    ['damaged gzip', named(gzipSync(DMARC).subarray(0, 200)), 'unexpected end of file'],
    ['a gzip that grows', named(bomb), 'it decompresses to more than 8388608 bytes'],
    [
      'a zip that grows',
      named(zipOf({ 'a.xml': Buffer.alloc(MIME_LIMITS.aggregateReportBytes + 1, 0x20) })),
      'it decompresses to more than 8388608 bytes',
    ],
    ['an empty zip', named(zipOf({})), ''],
    ['entities', named(`<!DOCTYPE a [<!ENTITY b "c">]>${DMARC}`), 'it declares a document type, which is not allowed'],
    ['XML of another kind', named('<rss><channel/></rss>'), 'not a DMARC aggregate report'],
    ['XML cut off', named(DMARC.slice(0, 900)), 'not well-formed XML'],
    ['elements without end', named(`${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`), 'nest'],
    ['millions of tags', named('<a/>'.repeat(400_000)), 'it has more than 300000 values'],
    ['millions of objects', named(`[${'{},'.repeat(400_000)}{}]`, 'a!b!1!2.json.gz'), 'it has more than 300000 values'],
    ['JSON of another kind', named('{"policies":7}', 'a!b!1!2.json.gz'), 'not a report of TLS connections (RFC 8460)'],
    ['JSON that is none', named('{', 'a!b!1!2.json.gz'), ''],
  ])('%s', async (_, mail, detail) => {
    const { report, attachments, defects } = await read(mail);
    expect(report).toBeNull();
    expect(attachments).toHaveLength(1);
    expect(defects).toMatchObject([{ code: 'report.invalid', partId: '1', detail: expect.stringContaining(detail) }]);
  });

  it('which says so when it exceeds the limit on decompression', async () => {
    const mail = named(Buffer.alloc(2_000, 1));
    const limits = { ...MIME_LIMITS, aggregateReportBytes: 1_000 };
    const { content } = await readMail(new StreamingMimeReader(), mail, undefined, limits);
    expect(content.defects).toMatchObject([{ code: 'mime.report_limit', detail: 'a report longer than 1000 bytes' }]);
  });
});

it('an ordinary archive, and a report inside an attached mail, are not reports', async () => {
  expect(
    (await read(alone({ type: 'application/zip', name: 'holiday!.zip', bytes: zipOf({ 'a.xml': DMARC }) }))).report,
  ).toBeNull();
  const attached = [
    'Content-Type: message/rfc822',
    '',
    alone({ type: 'text/xml', name: `${DMARC_NAME}.xml`, bytes: DMARC }),
  ].join('\r\n');
  expect((await read(attached)).report).toBeNull();
});

it('invalid counts and endless rows of a report do no harm', async () => {
  const rows = Array.from({ length: 60 }, (_, at) => record(`192.0.2.${at}`, at + 1, ['none', 'fail', 'fail'])).join(
    '',
  );
  const odd = rows.replace('<count>1</count>', '<count>-7</count>').replace('<count>2</count>', '<count>1e99</count>');
  const { report } = await read(alone({ type: 'text/xml', name: `${DMARC_NAME}.xml`, bytes: dmarcXml(odd) }));
  expect(report?.dmarc?.messages).toBe((60 * 61) / 2 - 3);
  expect(report?.dmarc?.failing).toHaveLength(20);
});
