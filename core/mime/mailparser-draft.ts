import { Readable } from 'node:stream';
import type { AddressObject, AttachmentStream, EmailAddress, Headers, MessageText } from 'mailparser';
import { emptyContent } from '../mail/content-schema.ts';
import type { Defect } from '../mail/defects.ts';
import { errorText } from '../mail/errors.ts';
import type { Address, Attachment, Header, MailContent } from '../mail/parsed-mail.ts';
import { type AttachmentHead, type AttachmentSink, bareHead } from '../ports/mime-reader.ts';

/** The end of a mail that is kept to see whether the closing boundary is there. */
const TAIL_BYTES = 4 * 1024;

/** What mailparser has said about one mail so far. */
export class MailparserDraft {
  #headers: Headers = new Map();
  #fields: Header[] = [];
  #text: string | null = null;
  #html: string | null = null;
  /** Nothing but line ends so far: what SMTP clients make of an empty mail. */
  #blank = true;
  #tail: Buffer = Buffer.alloc(0);
  readonly #attachments: Attachment[] = [];
  readonly #defects: Defect[] = [];

  setHeaders(headers: Headers): void {
    this.#headers = headers;
  }

  setFields(lines: { line: string }[]): void {
    this.#fields = lines.filter(({ line }) => line.includes(':')).map(({ line }) => splitField(line));
  }

  setBody(body: MessageText): void {
    this.#text = body.text ?? null;
    this.#html = typeof body.html === 'string' ? body.html : null;
  }

  sawBytes(chunk: Buffer): void {
    this.#blank &&= chunk.every((byte) => byte === 0x0d || byte === 0x0a);
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }

  async store(part: AttachmentStream, sink: AttachmentSink): Promise<void> {
    const head: AttachmentHead = {
      ...bareHead(part.partId ?? '1'),
      filename: part.filename ?? null,
      // Not always the string that the types promise.
      contentType: String(part.contentType || 'application/octet-stream').toLowerCase(),
      disposition: dispositionOf(part.contentDisposition),
      contentId: part.cid ?? null,
      related: part.related ?? false,
    };
    if (!(part.content instanceof Readable)) throw new TypeError('mailparser gave an attachment without a stream');
    const tail = await sink(head, part.content);
    part.release();
    this.#attachments.push({ ...head, ...tail, message: null });
  }

  /** mailparser gave the mail up: what it had said until then stays. */
  stopped(error: unknown): void {
    this.#defect(stopCode(errorText(error)), errorText(error));
  }

  content(): MailContent {
    const date = this.#date();
    if (this.#blank) this.#defect('message.empty', 'there is nothing but line ends');
    else if (this.#fields.length === 0) this.#defect('message.no_headers', 'no header field was read');
    if (this.#unclosed()) this.#defect('mime.truncated', 'the closing boundary is missing');
    return Object.assign(emptyContent(), {
      messageId: this.#ids('message-id')[0] ?? null,
      inReplyTo: this.#ids('in-reply-to'),
      references: this.#ids('references'),
      date,
      subject: this.#string('subject'),
      from: this.#addresses('from'),
      sender: this.#addresses('sender')[0] ?? null,
      replyTo: this.#addresses('reply-to'),
      to: this.#addresses('to'),
      cc: this.#addresses('cc'),
      bcc: this.#addresses('bcc'),
      headers: this.#fields,
      text: this.#text,
      html: this.#html,
      attachments: this.#attachments,
      defects: this.#defects,
    });
  }

  #defect(code: Defect['code'], detail: string): void {
    this.#defects.push({ code, partId: null, detail });
  }

  #string(name: string): string | null {
    const value = this.#headers.get(name);
    return typeof value === 'string' ? value : null;
  }

  #ids(name: string): string[] {
    const value = this.#headers.get(name);
    const text = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '';
    return text.split(/[\s<>]+/).filter((id) => id !== '');
  }

  #addresses(name: string): Address[] {
    const value = this.#headers.get(name);
    const objects = [value ?? []].flat().filter(isAddressObject);
    return objects.flatMap((object) => object.value).flatMap((entry) => addressesOf(entry, null));
  }

  /** mailparser puts the present time where a Date cannot be read. */
  #date(): string | null {
    const field = this.#fields.find(({ name }) => name.toLowerCase() === 'date');
    if (field === undefined) return null;
    const date = new Date(field.value);
    if (!Number.isNaN(date.getTime())) return date.toISOString();
    this.#defect('header.date_invalid', field.value.slice(0, 100));
    return null;
  }

  #unclosed(): boolean {
    const type = this.#headers.get('content-type');
    if (typeof type !== 'object' || !('params' in type) || !type.value.startsWith('multipart/')) return false;
    const { boundary } = type.params;
    return boundary !== undefined && !this.#tail.includes(`--${boundary}--`);
  }
}

function stopCode(message: string): Defect['code'] {
  if (message.includes('header size')) return 'header.too_long';
  if (message.includes('child nodes')) return 'mime.parts_limit';
  return 'parse.crash';
}

function splitField(line: string): Header {
  const colon = line.indexOf(':');
  const value = Buffer.from(line.slice(colon + 1), 'latin1')
    .toString()
    .replace(/\r?\n/g, '')
    .trim();
  return { name: line.slice(0, colon).trim(), value };
}

function dispositionOf(value: string | undefined): AttachmentHead['disposition'] {
  if (value === undefined) return null;
  return value.toLowerCase() === 'inline' ? 'inline' : 'attachment';
}

function isAddressObject(value: unknown): value is AddressObject {
  return typeof value === 'object' && value !== null && 'value' in value && 'html' in value;
}

function addressesOf(entry: EmailAddress, group: string | null): Address[] {
  if (entry.group !== undefined) return entry.group.flatMap((member) => addressesOf(member, entry.name));
  const address = entry.address ?? '';
  return [{ name: entry.name, address, plusTag: /\+(.+)@[^@]*$/.exec(address)?.[1] ?? null, group }];
}
