import type { Report } from './report-schemas.ts';

/** A report with every field, for the documentation; a real one has only those of its type. */
export const REPORT = {
  type: 'disposition-notification',
  reportingAgent: 'pc.example.com; Foomail 97.1',
  originalMessageId: 'original@example.com',
  recipient: 'joe@example.net',
  listId: 'news-7',
  recipients: ['joe@example.net'],
  disposition: { type: 'displayed', mode: 'manual-action/mdn-sent-manually', modifiers: ['error'] },
  feedback: {
    type: 'abuse',
    sourceIp: '192.0.2.2',
    originalMailFrom: 'news@example.com',
    reportedDomains: ['example.com'],
    arrivalDate: '2026-11-22T09:44:58.000Z',
  },
  dmarc: {
    organization: 'example.net',
    reportId: '20261121.7',
    domain: 'example.com',
    policy: 'reject',
    begin: '2026-11-21T00:00:00.000Z',
    end: '2026-11-21T23:59:59.000Z',
    messages: 120,
    passed: 118,
    dkimAligned: 118,
    spfAligned: 110,
    quarantined: 0,
    rejected: 2,
    failing: [{ sourceIp: '203.0.113.9', headerFrom: 'example.com', messages: 2, disposition: 'reject' }],
  },
  tls: {
    organization: 'Example Inc.',
    reportId: '2026-11-21T00:00:00Z_example.com',
    begin: '2026-11-21T00:00:00.000Z',
    end: '2026-11-21T23:59:59.000Z',
    successful: 5326,
    failed: 3,
    policies: [
      {
        type: 'sts',
        domain: 'example.com',
        successful: 5326,
        failed: 3,
        failures: [{ type: 'certificate-expired', sessions: 3 }],
      },
    ],
  },
} satisfies Report;
