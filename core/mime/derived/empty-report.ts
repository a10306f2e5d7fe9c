import type { Report } from '../../mail/report-schemas.ts';

/** A report of which only the type is known. */
export const EMPTY_REPORT: Omit<Report, 'type'> = {
  reportingAgent: null,
  originalMessageId: null,
  recipient: null,
  listId: null,
  recipients: [],
  disposition: null,
  feedback: null,
  dmarc: null,
  tls: null,
};
