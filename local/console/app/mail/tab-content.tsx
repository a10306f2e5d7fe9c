import type { MailDetail } from '../../api/api.ts';
import { Attachments } from './attachments.tsx';
import { HtmlBody, ReplyBody, TextBody } from './bodies.tsx';
import { BounceView } from './bounce.tsx';
import { CalendarView } from './calendar.tsx';
import { Defects } from './defects.tsx';
import { Delivery } from './delivery.tsx';
import { Headers } from './headers.tsx';
import { Invoices } from './invoice.tsx';
import { ReportView } from './report.tsx';
import { Sender } from './sender.tsx';
import { Json, Raw } from './source.tsx';
import { Structure } from './structure.tsx';
import { Thread } from './thread.tsx';

/** The content of a tab. Keys reset the state of each view for the next mail. */
export function TabContent({ name, detail, query }: { name: string; detail: MailDetail; query: URLSearchParams }) {
  const { id, document: mail } = detail;
  switch (name) {
    case 'json':
      return <Json key={id} id={id} />;
    case 'raw':
      return <Raw key={id} id={id} />;
    case 'delivery':
      return <Delivery detail={detail} />;
    case 'thread':
      return <Thread id={id} mails={detail.thread} query={query} />;
    case 'sender':
      return <Sender detail={detail} />;
    case 'defects':
      return <Defects detail={detail} />;
  }
  if (mail === null) return null;
  switch (name) {
    case 'invoice':
      return <Invoices key={id} mail={mail} />;
    case 'bounce':
      return <BounceView mail={mail} />;
    case 'calendar':
      return <CalendarView mail={mail} />;
    case 'report':
      return <ReportView mail={mail} />;
    case 'reply':
      return <ReplyBody mail={mail} />;
    case 'html':
      return <HtmlBody key={id} id={id} />;
    case 'text':
      return <TextBody mail={mail} />;
    case 'attachments':
      return <Attachments key={id} mail={mail} />;
    case 'headers':
      return <Headers mail={mail} query={query} />;
    case 'structure':
      return <Structure mail={mail} />;
    default:
      return null;
  }
}
