import { emptyContent } from '../mail/content-schema.ts';
import { errorText } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentSink, MimeReader } from '../ports/mime-reader.ts';
import { DefectLog } from './defect-log.ts';
import { readAggregateReport } from './derived/aggregate/aggregate-report.ts';
import { readCalendar } from './derived/calendar.ts';
import { readReply } from './derived/reply.ts';
import { readReports } from './derived/reports.ts';
import { MessageReading } from './message-reading.ts';
import type { CapturedPart, Message, Reading } from './reading.ts';

/** The reader of this project: streaming, linear in time, bounded in memory. docs/mime.md explains how it works. */
export class StreamingMimeReader implements MimeReader {
  async read(source: AsyncIterable<Buffer>, sink: AttachmentSink, limits: MimeLimits): Promise<MailContent> {
    const reading: Reading = {
      sink,
      limits,
      defects: new DefectLog(),
      charsets: [],
      parts: 0,
      attachedText: { plain: limits.textBytes, html: limits.textBytes },
      reportRoom: limits.reportsBytes,
    };
    const text = { plain: limits.textBytes, html: limits.textBytes };
    const message = await new MessageReading(reading, { partId: null, messageDepth: 0, depth: 0, text }, source).read();
    const { header, attachments, structure } = message;
    const { charsets, defects } = reading;
    const aggregate = message.aggregate === null ? null : await aggregateReportOf(message.aggregate, reading);
    const { bounce, report } = aggregate === null ? readReports(message) : { bounce: null, report: aggregate };
    const calendar = message.captured.length === 0 ? null : await calendarOf(message, defects);
    const { subject, inReplyTo, references } = header;
    return Object.assign(emptyContent(), header, {
      text: message.text,
      html: message.html,
      charsets,
      reply: readReply({ subject, inReplyTo, references, text: message.text, html: message.html }),
      attachments,
      structure,
      bounce,
      calendar,
      report,
      defects: defects.list,
    });
  }
}

async function aggregateReportOf(part: CapturedPart, { limits, defects }: Reading): Promise<MailContent['report']> {
  try {
    return await readAggregateReport(part, limits.aggregateReportBytes);
  } catch (error) {
    defects.add('report.invalid', part.partId, errorText(error));
    return null;
  }
}

async function calendarOf({ captured }: Message, defects: DefectLog): Promise<MailContent['calendar']> {
  try {
    return await readCalendar(captured);
  } catch (error) {
    defects.add('calendar.invalid', null, errorText(error));
    return null;
  }
}
