import { Readable } from 'node:stream';
import type { AttachmentStream, Headers, MailParser, MessageText } from 'mailparser';
import { errorText } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentSink, MimeReader } from '../ports/mime-reader.ts';
import { MailparserDraft } from './mailparser-draft.ts';

/** Milliseconds without progress after the last byte went in: some mails make mailparser wait for ever. */
const STALL_MS = 5_000;

/**
 * mailparser behind the reader's interface: the streaming `MailParser`, never `simpleParser`, and nothing that derives
 * text from HTML (quadratic time). Some mails block its event loop for minutes: run it in a thread with a deadline.
 */
export class MailparserReader implements MimeReader {
  async read(source: AsyncIterable<Buffer>, sink: AttachmentSink, limits: MimeLimits): Promise<MailContent> {
    const parser = await newParser(limits);
    const draft = new MailparserDraft();
    parser.on('headers', (headers: Headers) => draft.setHeaders(headers));
    parser.on('headerLines', (lines: { line: string }[]) => draft.setFields(lines));

    const input = Readable.from(source, { objectMode: false });
    let failure: { error: unknown } | null = null;
    const fail = (error: unknown) => {
      failure ??= { error };
      parser.destroy(new Error(errorText(error)));
    };
    let storing = false;
    const stall = setTimeout(() => {
      if (storing || !input.readableEnded) stall.refresh();
      else parser.destroy(new Error('the stream never ended'));
    }, STALL_MS);
    input.on('data', (chunk: Buffer) => draft.sawBytes(chunk));
    input.on('error', fail);
    input.pipe(parser);
    try {
      for await (const part of partsOf(parser)) {
        storing = part.type === 'attachment';
        if (part.type === 'text') draft.setBody(part);
        else await draft.store(part, sink).catch(fail);
        storing = false;
      }
    } catch (error) {
      draft.stopped(error);
    } finally {
      clearTimeout(stall);
      input.destroy();
      parser.destroy();
    }
    return settle(failure, draft);
  }
}

/** The source's or the sink's failure rejects; what the mail itself did is already among the defects. */
function settle(failure: { error: unknown } | null, draft: MailparserDraft): MailContent {
  if (failure !== null) throw failure.error;
  return draft.content();
}

function partsOf(parser: MailParser): AsyncIterable<AttachmentStream | MessageText> {
  return parser;
}

async function newParser(limits: MimeLimits): Promise<MailParser> {
  // 140 ms to load: only when it is needed.
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
