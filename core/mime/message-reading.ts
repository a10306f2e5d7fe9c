import { isAscii } from 'node:buffer';
import type { MimeLimits } from '../mail/limits.ts';
import type { MimeStructure } from '../mail/parsed-mail.ts';
import { READ_BOTH_WAYS } from './ambiguity.ts';
import { AttachmentReading } from './attachment-reading.ts';
import { loadCharsets } from './charset/charset.ts';
import { Container } from './container.ts';
import { isAggregateReport } from './derived/aggregate/recognise.ts';
import { type Entity, readEntity } from './entity.ts';
import { charsetsIn } from './header/encoded-word.ts';
import { firstValue } from './header/fields.ts';
import type { ReportDefect } from './header/filename.ts';
import { Leaf } from './leaf.ts';
import { isBodyText, isEncrypted, isMessage } from './leaf-kinds.ts';
import { readMailHeader } from './mail-header.ts';
import type { Message, MessageContext, Reading } from './reading.ts';
import type { HeaderBlock, RawField } from './scan/header-lines.ts';
import { type BodyRegion, Scanner } from './scan/scanner.ts';
import { readTexts } from './text/text-bodies.ts';
import { TextPart } from './text/text-part.ts';
import { TokenStream } from './token-stream.ts';
import { isEncoded } from './transfer/decoder.ts';

/** First byte of ISO-2022 escape sequences. */
const ESCAPE = 0x1b;

/**
 * Reads one message: turns the tokens of the scanner into a tree of parts, and its leaves into texts and attachments.
 */
export class MessageReading {
  readonly #reading: Reading;
  readonly #place: MessageContext;
  readonly #tokens: TokenStream;
  readonly #attachments: AttachmentReading;
  readonly #open: Container[] = [];
  readonly #texts: TextPart[] = [];
  #fields: readonly RawField[] = [];
  #plain = true;
  #root: { node: MimeStructure; entity: Entity } | null = null;
  /** The leaf whose body is being read, if it is text or not admitted; null when it is not even listed. */
  #leaf: Leaf | null = null;

  constructor(reading: Reading, place: MessageContext, source: AsyncIterable<Buffer>) {
    this.#reading = reading;
    this.#place = place;
    this.#tokens = new TokenStream(new Scanner(reading.limits), source);
    this.#attachments = new AttachmentReading(reading, this.#tokens, place.partId);
  }

  /** Rejects when the source or the sink does. */
  async read(): Promise<Message> {
    for (;;) {
      const token = this.#tokens.poll() ?? (await this.#tokens.next());
      switch (token.type) {
        case 'headers': {
          const loading = loadCharsets(charsetsIn(token.block.bytes));
          if (loading !== null) await loading;
          const storing = this.#entity(token.block);
          if (storing !== null) await storing;
          break;
        }
        case 'body':
          this.#body(token.place, token.bytes);
          break;
        case 'leaf-end':
          this.#endLeaf(token.at);
          break;
        case 'multipart-end':
          this.#endMultipart(token.closed, token.at);
          break;
        case 'end':
          return this.#finish();
      }
    }
  }

  /** Opens the entity that the header describes. Resolves when an attachment has been read to its end. */
  #entity(block: HeaderBlock): Promise<void> | null {
    const { limits, defects } = this.#reading;
    const { bytes, fields } = block;
    const parent = this.#open.at(-1) ?? null;
    const partId = parent === null ? this.#rootPartId(fields) : parent.nextPartId();
    this.#reading.parts += 1;
    const tooMany = this.#reading.parts > limits.parts;
    if (tooMany) defects.add('mime.parts_limit', null, `more than ${limits.parts} parts`);
    if (tooMany && parent !== null) {
      // Not even listed: a mail can have hundreds of thousands of them.
      this.#tokens.scanner.open(null);
      return null;
    }
    const report: ReportDefect = (code, detail) =>
      defects.add(code, parent === null ? this.#place.partId : partId, detail);
    reportLines(block, limits, report);
    // In the header of a message they are found when its fields are decoded.
    if (parent !== null && fields.some(({ value }) => value.includes('\r'))) {
      report('mime.ambiguous', READ_BOTH_WAYS.bare_return);
    }
    const hint = this.#root?.entity.charset ?? null;
    const defaultType = parent?.is('digest') ? 'message/rfc822' : 'text/plain';
    const entity = readEntity(fields, { defaultType, hint, limits, report });
    const { contentType, encoding, charset } = entity;
    const node: MimeStructure = { partId, contentType, encoding, charset, size: 0, children: [] };
    if (parent === null) {
      this.#fields = fields;
      this.#plain = isAscii(bytes) && !bytes.includes(0) && !bytes.includes(ESCAPE);
      this.#root = { node, entity };
    } else parent.node.children.push(node);
    if (isEncrypted(entity)) report('mime.encrypted', contentType);
    return this.#openBody(node, entity, parent, !tooMany && this.#admits(entity));
  }

  #openBody(node: MimeStructure, entity: Entity, parent: Container | null, admitted: boolean): Promise<void> | null {
    const { boundaries } = entity;
    if (admitted && boundaries !== null && boundaries.length > 0) {
      this.#openMultipart(node, entity, boundaries);
      return null;
    }
    this.#tokens.scanner.open(null);
    const isText = admitted && (boundaries !== null || isBodyText(entity, parent));
    const leaf = new Leaf(node, entity, {
      start: this.#tokens.scanner.offset,
      related: this.#open.some((container) => container.is('related')),
      text: isText ? new TextPart(node.partId, entity, this.#place.text) : null,
      defects: this.#reading.defects,
    });
    if (admitted && !isText) return this.#store(leaf);
    this.#leaf = leaf;
    return null;
  }

  #rootPartId(fields: readonly RawField[]): string {
    const prefix = this.#place.partId === null ? '' : `${this.#place.partId}.`;
    return prefix + (/^multipart\b/i.test(firstValue(fields, 'content-type') ?? '') ? '0' : '1');
  }

  #depth(): number {
    return this.#place.depth + this.#open.length;
  }

  /** False when it is nested too deep; it then stays in the raw mail only. */
  #admits(entity: Entity): boolean {
    const { limits, defects } = this.#reading;
    if (entity.boundaries === null || this.#depth() < limits.depth) return true;
    defects.add('mime.depth_limit', null, `nested deeper than ${limits.depth} levels`);
    return false;
  }

  #openMultipart(node: MimeStructure, entity: Entity, boundaries: readonly string[]): void {
    const { limits, defects } = this.#reading;
    // RFC 2045 §6.4: a multipart is never encoded itself.
    if (isEncoded(entity.encoding ?? '')) {
      defects.add('mime.encoding_invalid', node.partId, `${entity.encoding} on ${entity.contentType}`);
    }
    const childPrefix = this.#open.length === 0 ? node.partId.slice(0, -1) : `${node.partId}.`;
    this.#open.push(new Container(node, entity, this.#tokens.scanner.offset, childPrefix, limits.textBytes));
    this.#tokens.scanner.open(boundaries);
  }

  #store(leaf: Leaf): Promise<void> {
    if (this.#place.partId === null && isAggregateReport(leaf.entity, this.#fields)) {
      return this.#attachments.aggregateReport(leaf);
    }
    if (!isMessage(leaf.entity) || !this.#admitsMessage()) return this.#attachments.attachment(leaf);
    const place: MessageContext = {
      partId: leaf.node.partId,
      messageDepth: this.#place.messageDepth + 1,
      depth: this.#depth() + 1,
      text: this.#reading.attachedText,
    };
    return this.#attachments.message(leaf, (source) => new MessageReading(this.#reading, place, source).read());
  }

  /** Whether an attached mail is parsed as well. It is stored in any case. */
  #admitsMessage(): boolean {
    const { limits, defects } = this.#reading;
    if (this.#place.messageDepth < limits.messageDepth && this.#depth() < limits.depth) return true;
    defects.add('mime.depth_limit', null, `mails inside mails deeper than ${limits.messageDepth}`);
    return false;
  }

  /** Text, or bytes outside the parts. A preamble is kept: it is the content if no delimiter ever comes. */
  #body(place: BodyRegion, bytes: Buffer): void {
    const leaf = this.#leaf;
    if (place === 'leaf') leaf?.text?.add(leaf.decode(bytes));
    else if (place === 'preamble') this.#open.at(-1)?.preamble?.add(bytes);
    else if (/\S/.test(bytes.toString('latin1', 0, Math.min(1_000, bytes.length)))) {
      const partId = this.#open.at(-1)?.node.partId ?? this.#place.partId;
      this.#reading.defects.add('mime.epilogue', partId, 'it is not read');
    }
  }

  #endLeaf(at: number): void {
    const leaf = this.#leaf;
    // A part beyond the limit of parts.
    if (leaf === null) return;
    if (leaf.text !== null) {
      leaf.text.add(leaf.decoder.end());
      this.#texts.push(leaf.text);
    }
    leaf.end(at);
    this.#leaf = null;
  }

  #endMultipart(closed: boolean, at: number): void {
    const container = this.#open.pop();
    if (container === undefined) throw new Error('a multipart ended that never began');
    const { node, preamble, start } = container;
    node.size = at - start;
    if (closed) return;
    if (preamble === null || preamble.empty) {
      this.#reading.defects.add('mime.truncated', node.partId, 'the closing boundary is missing');
      return;
    }
    this.#reading.defects.add('mime.boundary_missing', node.partId, 'it never occurs; the content is read as text');
    this.#texts.push(preamble);
  }

  async #finish(): Promise<Message> {
    const { limits, defects } = this.#reading;
    const hint = this.#hint();
    const labels = this.#texts.map((part) => part.label).concat(hint);
    const loading = loadCharsets(labels.filter((label) => label !== null));
    if (loading !== null) await loading;
    if (this.#fields.length === 0) this.#reportNoFields();
    const report: ReportDefect = (code, detail) => defects.add(code, this.#place.partId, detail);
    reportDelimiters(this.#tokens.scanner, report);
    const header = readMailHeader(this.#fields, { plain: this.#plain, hint, limits, report });
    const { text, html, packed } = readTexts(this.#texts, hint, this.#reading);
    for (const { partId, files } of packed) await this.#attachments.unpacked(partId, files);
    const { attachments, captured, capturedInside, aggregate } = this.#attachments;
    const structure = this.#root?.node ?? null;
    return { header, text, html, attachments, captured, capturedInside, aggregate, structure };
  }

  /** Without fields the whole message is its body; without a body either, it consists of line ends only. */
  #reportNoFields(): void {
    const empty = this.#root?.node.size === 0;
    const detail = empty ? `${this.#tokens.scanner.offset} bytes` : 'read as text';
    this.#reading.defects.add(empty ? 'message.empty' : 'message.no_headers', this.#place.partId, detail);
  }

  /** The charset in which this message seems to be written. */
  #hint(): string | null {
    const declared = this.#root?.entity.charset ?? this.#texts.find(({ entity }) => entity.charset)?.entity.charset;
    if (declared) return declared;
    for (const { key, value } of this.#fields) {
      if (key !== 'subject' && key !== 'from') continue;
      for (const charset of charsetsIn(Buffer.from(value, 'latin1'))) return charset;
    }
    return null;
  }
}

function reportDelimiters({ nearMiss, padded, reopened }: Scanner, report: ReportDefect): void {
  if (nearMiss !== null) {
    report('mime.delimiter_invalid', JSON.stringify(nearMiss.slice(0, 100)));
    report('mime.ambiguous', READ_BOTH_WAYS.delimiter_goes_on);
  } else if (reopened) report('mime.ambiguous', READ_BOTH_WAYS.delimiter_behind_end);
  else if (padded) report('mime.ambiguous', READ_BOTH_WAYS.delimiter_padding);
}

function reportLines(block: HeaderBlock, limits: MimeLimits, report: ReportDefect): void {
  const { malformed, spaced, bareLineEnds, ambiguity, tooMany, cut } = block;
  if (cut) report('header.too_long', `longer than ${limits.headerBytes} bytes`);
  if (tooMany) report('header.too_many', `more than ${limits.headerFields} fields`);
  if (malformed !== null) report('header.malformed', JSON.stringify(malformed.slice(0, 80)));
  else if (spaced > 0) report('header.malformed', 'a space before the colon');
  if (bareLineEnds) report('body.line_endings', 'in the header');
  if (ambiguity !== null) report('mime.ambiguous', READ_BOTH_WAYS[ambiguity]);
}
