import type { MailDetail } from '../../api/api.ts';
import { invoiceDocuments } from './invoice.tsx';

export interface Tab {
  /** Name in the URL: `?tab=`. */
  name: string;
  label: string;
  /** Number of entries, where useful. */
  count?: number;
}

/** The views of a mail, most informative first: a link without `?tab=` opens the first one. */
export function tabsOf(detail: MailDetail): Tab[] {
  const { document, defects, sender, steps, thread, timeline } = detail;
  const tabs: (Tab | false)[] =
    document === null
      ? [timeline.length > 0 && { name: 'delivery', label: 'Delivery' }]
      : [
          invoiceDocuments(document).length > 0 && { name: 'invoice', label: 'Invoice' },
          document.bounce !== null && { name: 'bounce', label: 'Bounce' },
          document.calendar !== null && { name: 'calendar', label: 'Calendar' },
          document.report !== null && { name: 'report', label: 'Report' },
          document.reply !== null && { name: 'reply', label: 'Reply' },
          document.html !== null && { name: 'html', label: 'HTML' },
          document.text !== null && { name: 'text', label: 'Text' },
          document.attachments.length > 0 && {
            name: 'attachments',
            label: 'Attachments',
            count: document.attachments.length,
          },
          thread.length > 1 && { name: 'thread', label: 'Conversation', count: thread.length },
          sender !== null && { name: 'sender', label: 'Sender' },
          defects.length > 0 && { name: 'defects', label: 'Defects', count: defects.length },
          (steps.length > 0 || timeline.length > 0) && { name: 'delivery', label: 'Delivery' },
          { name: 'headers', label: 'Headers', count: document.headers.length },
          { name: 'structure', label: 'MIME' },
          { name: 'json', label: 'JSON' },
        ];
  const present = tabs.filter((tab) => tab !== false);
  if (detail.unreadable) present.push({ name: 'json', label: 'JSON' });
  if (detail.raw !== null) present.push({ name: 'raw', label: 'Raw' });
  return present;
}
