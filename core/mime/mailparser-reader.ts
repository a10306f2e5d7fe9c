import { Readable } from 'node:stream';
import type { AttachmentStream, MailParser, MessageText } from 'mailparser';
import { emptyContent } from '../mail/content-schema.ts';
import type { Defect } from '../mail/defects.ts';
import { errorText } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import type { Attachment, MailContent } from '../mail/parsed-mail.ts';
import { type AttachmentSink, bareHead, type MimeReader } from '../ports/mime-reader.ts';

/** Milliseconds without progress after the last byte was written: some mails make mailparser wait for ever. */
const STALL_MS = 5_000;

/**
 * mailparser behind the reader's interface: the streaming `MailParser`, never `simpleParser`, and nothing that derives
 * text from HTML (quadratic time). Some mails block its event loop for minutes: run it in a thread with a deadline.
 *
 * It provides what a second reading is compared by: texts, attachments and the defect that stopped it.
 */
export class MailparserReader implements MimeReader {
  async read(source: AsyncIterable<Buffer>, sink: AttachmentSink, limits: MimeLimits): Promise<MailContent> {
    const parser = await newParser(limits);
    const content = emptyContent();
    const input = Readable.from(source, { objectMode: false });
    /** Of the source or the sink: the first one rejects. Problems of the mail itself are defects. */
    const failures: unknown[] = [];
    const fail = (error: unknown) => {
      failures.push(error);
      parser.destroy(new Error(errorText(error)));
    };
    let storing = false;
    const stall = setTimeout(() => {
      if (storing || !input.readableEnded) stall.refresh();
      else parser.destroy(new Error('the stream never ended'));
    }, STALL_MS);
    input.on('error', fail);
    input.pipe(parser);
    try {
      for await (const part of partsOf(parser)) {
        storing = part.type === 'attachment';
        if (part.type === 'text') {
          content.text = part.text ?? null;
          content.html = typeof part.html === 'string' ? part.html : null;
        } else {
          await store(part, sink).then((attachment) => content.attachments.push(attachment), fail);
        }
        storing = false;
      }
    } catch (error) {
      const detail = errorText(error);
      content.defects.push({ code: stopCode(detail), partId: null, detail });
    } finally {
      clearTimeout(stall);
      input.destroy();
      parser.destroy();
    }
    if (failures.length > 0) throw failures[0];
    return content;
  }
}

async function store(part: AttachmentStream, sink: AttachmentSink): Promise<Attachment> {
  const head = {
    ...bareHead(part.partId ?? '1'),
    filename: part.filename ?? null,
    // Not always a string, although the types promise that.
    contentType: String(part.contentType || 'application/octet-stream').toLowerCase(),
  };
  if (!(part.content instanceof Readable)) throw new TypeError('mailparser returned an attachment without a stream');
  const tail = await sink(head, part.content);
  part.release();
  return { ...head, ...tail, message: null };
}

/** What was read before a limit counts: only a mail that mailparser cannot read at all has nothing to compare. */
function stopCode(message: string): Defect['code'] {
  if (message.includes('header size')) return 'header.too_long';
  if (message.includes('child nodes')) return 'mime.parts_limit';
  return 'parse.crash';
}

function partsOf(parser: MailParser): AsyncIterable<AttachmentStream | MessageText> {
  return parser;
}

async function newParser(limits: MimeLimits): Promise<MailParser> {
  // Takes 140 ms to load, so only when it is needed.
  const { MailParser } = (await import('mailparser')).default;
  const options = {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    maxHeadSize: limits.headerBytes,
    maxChildNodes: limits.parts,
    checksumAlgo: 'sha256',
  };
  return new MailParser(options);
}
