import { atom, escaped, mail, markup, multipart, word } from './parts.ts';

const report = (type: string, fields: readonly string[], original: string): Buffer =>
  multipart(`multipart/report; report-type=${type}`, [
    ['Content-Type: text/plain', '', markup(`${type}-text`)],
    [`Content-Type: message/${type}`, '', ...fields],
    [
      'Content-Type: message/rfc822',
      '',
      `Subject: ${word(markup(`${type}-subject`))}`,
      `To: "${atom(`${type}-to`)}"@example.com`,
      `Message-ID: <${atom(`${type}-id`)}@example.org>`,
      '',
      original,
    ],
  ]);

/** Machine-generated reports, in formats with fields an attacker controls. */
export const HOSTILE_REPORTS: Readonly<Record<string, Buffer>> = {
  'a bounce': report(
    'delivery-status',
    [
      `Reporting-MTA: dns; ${markup('dsn-mta')}`,
      '',
      `Final-Recipient: rfc822; ${markup('dsn-recipient')}`,
      'Action: failed',
      'Status: 5.1.1',
      `Remote-MTA: dns; ${markup('dsn-remote')}`,
      `Diagnostic-Code: smtp; 550 5.1.1 ${markup('dsn-diagnostic')}`,
    ],
    'x',
  ),
  'a read receipt': report(
    'disposition-notification',
    [
      `Reporting-UA: ${markup('mdn-agent')}`,
      `Final-Recipient: rfc822; ${markup('mdn-recipient')}`,
      `Disposition: ${atom('mdn-mode')}; ${atom('mdn-type')}/${atom('mdn-modifier')}`,
    ],
    'x',
  ),
  'a complaint': report(
    'feedback-report',
    [
      `Feedback-Type: ${atom('arf-type')}`,
      `User-Agent: ${markup('arf-agent')}`,
      `Source-IP: ${atom('arf-ip')}`,
      `Original-Mail-From: ${atom('arf-from')}`,
      `Reported-Domain: ${atom('arf-domain')}`,
      `Original-Rcpt-To: ${atom('arf-rcpt')}`,
    ],
    'x',
  ),
  'a report on DMARC': mail({
    fields: ['Subject: Report domain: example.com Submitter: mail.example.net Report-ID: 1'],
    type: 'text/xml; name="mail.example.net!example.com!1763683200!1763769599.xml"',
    body: `<?xml version="1.0"?><feedback><report_metadata><org_name>${escaped(markup('dmarc-org'))}</org_name><report_id>${escaped(markup('dmarc-id'))}</report_id><date_range><begin>1763683200</begin><end>1763769599</end></date_range></report_metadata>
<policy_published><domain>${escaped(markup('dmarc-domain'))}</domain><p>${escaped(markup('dmarc-policy'))}</p></policy_published>
<record><row><source_ip>${escaped(markup('dmarc-ip'))}</source_ip><count>3</count><policy_evaluated><disposition>${escaped(markup('dmarc-disposition'))}</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>${escaped(markup('dmarc-from'))}</header_from></identifiers></record></feedback>`,
  }),
  'a report on TLS': multipart('multipart/report; report-type=tlsrpt', [
    ['Content-Type: text/plain', '', 'x'],
    [
      'Content-Type: application/tlsrpt+json',
      '',
      JSON.stringify({
        'organization-name': markup('tls-org'),
        'report-id': markup('tls-id'),
        'date-range': { 'start-datetime': '2026-11-21T00:00:00Z', 'end-datetime': '2026-11-21T23:59:59Z' },
        policies: [
          {
            policy: { 'policy-type': markup('tls-type'), 'policy-domain': markup('tls-domain') },
            summary: { 'total-successful-session-count': 5, 'total-failure-session-count': 2 },
            'failure-details': [{ 'result-type': markup('tls-result'), 'failed-session-count': 2 }],
          },
        ],
      }),
    ],
  ]),
};
