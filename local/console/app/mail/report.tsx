import type { MailDocument } from '../../api/api.ts';
import { Facts } from '../parts/facts.tsx';
import { fullTime } from '../parts/format.ts';
import { DmarcView, TlsView } from './aggregate.tsx';

/** Read receipts, complaints, unsubscribe requests, and aggregate reports (DMARC, TLS). */
export function ReportView({ mail }: { mail: MailDocument }) {
  const { report } = mail;
  if (report === null) return null;
  const { disposition, feedback, dmarc, tls } = report;
  if (dmarc !== null) return <DmarcView dmarc={dmarc} />;
  if (tls !== null) return <TlsView tls={tls} />;
  return (
    <Facts
      rows={[
        ['Report', <bdi>{report.type}</bdi>],
        ['Complaint', feedback && <bdi>{feedback.type}</bdi>],
        ['About', report.recipients.length > 0 && <bdi>{report.recipients.join(', ')}</bdi>],
        ['List', report.listId && <bdi>{report.listId}</bdi>],
        ['Outcome', disposition && <bdi>{[disposition.type, ...disposition.modifiers].join(', ')}</bdi>],
        ['By', disposition && <bdi>{disposition.mode}</bdi>],
        ['Program', report.reportingAgent && <bdi>{report.reportingAgent}</bdi>],
        ['Message-ID', report.originalMessageId && <bdi class="mono">{report.originalMessageId}</bdi>],
        ['Sent from', feedback?.sourceIp && <bdi class="mono">{feedback.sourceIp}</bdi>],
        ['Sender', feedback?.originalMailFrom && <bdi>{feedback.originalMailFrom}</bdi>],
        ['Domains', feedback?.reportedDomains.length ? <bdi>{feedback.reportedDomains.join(', ')}</bdi> : null],
        ['Arrived', feedback?.arrivalDate && fullTime(feedback.arrivalDate)],
      ]}
    />
  );
}
