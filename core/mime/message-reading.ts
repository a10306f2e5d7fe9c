import type { MimeStructure } from '../mail/parsed-mail.ts';
import { loadCharsets } from './charset/charset.ts';
import { Container } from './container.ts';
import { type Entity, readEntity } from './entity.ts';
import { charsetsIn } from './header/encoded-word.ts';
import type { ReportDefect } from './header/filename.ts';
import { firstValue, type RawField, type SplitHeader, splitHeaderBlock } from './header/header-block.ts';
import { LeafBody } from './leaf-body.ts';
import { isBodyText, isEncrypted, isMessage } from './leaf-kinds.ts';
import { type Leaf, LeafReading } from './leaf-reading.ts';
import { readMailHeader } from './mail-header.ts';
import type { Message, MessagePlace, Reading } from './reading.ts';
import { type BodyPlace, Scanner } from './scan/scanner.ts';
import { readTexts } from './text/text-bodies.ts';
import { TokenStream } from './token-stream.ts';
import { identity, transferDecoder } from './transfer/decoder.ts';

/** Reads one message: what the scanner finds becomes a tree of parts, its leaves become texts and attachments. */
export class MessageReading {
  readonly #reading: Reading;
  readonly #place: MessagePlace;
  readonly #tokens: TokenStream;
  readonly #leaves: LeafReading;
  readonly #open: Container[] = [];
  #fields: readonly RawField[] = [];
  #root: { node: MimeStructure; entity: Entity } | null = null;

  constructor(reading: Reading, place: MessagePlace, source: AsyncIterable<Buffer>) {
    this.#reading = reading;
    this.#place = place;
    this.#tokens = new TokenStream(new Scanner(reading.limits.headerBytes), source);
    this.#leaves = new LeafReading(reading, this.#tokens, place.partId);
  }

  /** Rejects when the source or the sink does. */
  async read(): Promise<Message> {
    for (let token = await this.#tokens.next(); token.type !== 'end'; token = await this.#tokens.next()) {
      if (token.type === 'headers') await this.#entity(token.block.toString('latin1'), token.cut);
      else if (token.type === 'body') this.#aside(token.place, token.bytes);
      else if (token.type === 'multipart-end') this.#endMultipart(token.closed, token.at);
    }
    return this.#finish();
  }

  async #entity(block: string, cut: boolean): Promise<void> {
    const { limits, defects } = this.#reading;
    if (block.includes('=?') || block.includes('*')) await loadCharsets(charsetsIn(block));
    const split = splitHeaderBlock(block, this.#tokens.scanner.newline, limits.headerFields);
    const parent = this.#open.at(-1) ?? null;
    const partId = parent === null ? this.#rootPartId(split.fields) : parent.nextPartId();
    const report: ReportDefect = (code, detail) =>
      defects.add(code, parent === null ? this.#place.partId : partId, detail);
    if (cut) report('header.too_long', `longer than ${limits.headerBytes} bytes`);
    reportLines(split, limits.headerFields, report);
    const hint = this.#root?.entity.charset ?? null;
    const defaultType = parent?.is('digest') ? 'message/rfc822' : 'text/plain';
    const entity = readEntity(split.fields, { defaultType, hint, limits, report });
    const { contentType, encoding, charset } = entity;
    const node: MimeStructure = { partId, contentType, encoding, charset, size: 0, children: [] };
    if (parent === null) {
      this.#fields = split.fields;
      this.#root = { node, entity };
    } else parent.node.children.push(node);
    if (isEncrypted(entity)) report('mime.encrypted', contentType);
    if (!this.#admits(entity)) await this.#skip(node);
    else if (entity.boundaries?.length) this.#openMultipart(node, entity, entity.boundaries);
    else await this.#leaf(node, entity, parent);
  }

  #rootPartId(fields: readonly RawField[]): string {
    const prefix = this.#place.partId === null ? '' : `${this.#place.partId}.`;
    return prefix + (/^multipart\b/i.test(firstValue(fields, 'content-type') ?? '') ? '0' : '1');
  }

  #depth(): number {
    return this.#place.depth + this.#open.length;
  }

  /** Counts the part; false when it passes a limit and is to be left in the raw mail. */
  #admits(entity: Entity): boolean {
    const { limits, defects } = this.#reading;
    this.#reading.parts += 1;
    if (this.#reading.parts > limits.parts) {
      defects.add('mime.parts_limit', null, `more than ${limits.parts} parts`);
      return false;
    }
    if (entity.boundaries === null || this.#depth() < limits.depth) return true;
    defects.add('mime.depth_limit', null, `nested deeper than ${limits.depth} levels`);
    return false;
  }

  /** Whether an attached mail is read in turn. It is stored in any case. */
  #admitsMessage(): boolean {
    const { limits, defects } = this.#reading;
    if (this.#place.messageDepth < limits.messageDepth && this.#depth() < limits.depth) return true;
    defects.add('mime.depth_limit', null, `mails inside mails deeper than ${limits.messageDepth}`);
    return false;
  }

  async #skip(node: MimeStructure): Promise<void> {
    const start = this.#tokens.scanner.offset;
    this.#tokens.scanner.open(null);
    const body = new LeafBody(this.#tokens, identity);
    await body.drain();
    node.size = body.end - start;
  }

  #openMultipart(node: MimeStructure, entity: Entity, boundaries: readonly string[]): void {
    const { limits, defects } = this.#reading;
    // RFC 2045 §6.4: a multipart is never encoded itself.
    if ((transferDecoder(entity.encoding ?? '') ?? identity) !== identity) {
      defects.add('mime.encoding_invalid', node.partId, `${entity.encoding} on ${entity.contentType}`);
    }
    const childPrefix = this.#open.length === 0 ? node.partId.slice(0, -1) : `${node.partId}.`;
    this.#open.push(new Container(node, entity, this.#tokens.scanner.offset, childPrefix, limits.textBytes));
    this.#tokens.scanner.open(boundaries);
  }

  /** Bytes outside the parts. A preamble is kept: it is the content when no delimiter ever comes. */
  #aside(place: BodyPlace, bytes: Buffer): void {
    const container = this.#open.at(-1);
    if (place === 'preamble') container?.preamble?.add(bytes);
    else if (/\S/.test(bytes.toString('latin1', 0, Math.min(1_000, bytes.length)))) {
      const partId = container?.node.partId ?? this.#place.partId;
      this.#reading.defects.add('mime.epilogue', partId, 'it is not read');
    }
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
    this.#leaves.texts.push(preamble);
  }

  async #leaf(node: MimeStructure, entity: Entity, parent: Container | null): Promise<void> {
    const { defects } = this.#reading;
    const start = this.#tokens.scanner.offset;
    this.#tokens.scanner.open(null);
    const known = transferDecoder(entity.encoding ?? '');
    if (known === null) defects.add('mime.encoding_unknown', node.partId, JSON.stringify(entity.encoding));
    const decoder = known ?? identity;
    const related = this.#open.some((container) => container.is('related'));
    const body = await this.#body({ node, entity, decoder, related }, parent);
    node.size = body.end - start;
    if (decoder.invalid) defects.add('mime.encoding_invalid', node.partId, entity.encoding ?? '');
    if (body.nul && entity.encoding !== 'binary') defects.add('body.nul', node.partId, 'NUL bytes');
    if (entity.contentType === 'message/external-body') defects.add('mime.external_body', node.partId, 'not fetched');
  }

  #body(leaf: Leaf, parent: Container | null): Promise<LeafBody> {
    const { node, entity } = leaf;
    if (entity.boundaries !== null || isBodyText(entity, parent)) return this.#leaves.text(leaf, this.#place.text);
    if (!isMessage(entity) || !this.#admitsMessage()) return this.#leaves.attachment(leaf);
    const place: MessagePlace = {
      partId: node.partId,
      messageDepth: this.#place.messageDepth + 1,
      depth: this.#depth() + 1,
      text: this.#reading.attachedText,
    };
    return this.#leaves.message(leaf, (source) => new MessageReading(this.#reading, place, source).read());
  }

  async #finish(): Promise<Message> {
    const { limits, defects } = this.#reading;
    const fields = this.#fields;
    if (fields.length === 0) this.#reportNoFields();
    const hint = this.#hint();
    await loadCharsets(hint === null ? [] : [hint]);
    const report: ReportDefect = (code, detail) => defects.add(code, this.#place.partId, detail);
    const header = readMailHeader(fields, { hint, limits, report });
    const { text, html } = await readTexts(this.#leaves, hint, this.#reading);
    const { attachments, captured } = this.#leaves;
    return { header, text, html, attachments, captured, structure: this.#root?.node ?? null };
  }

  /** Without a field the message is its body; without a body, too, it is nothing but line ends. */
  #reportNoFields(): void {
    const empty = this.#root?.node.size === 0;
    const detail = empty ? `${this.#tokens.scanner.offset} bytes` : 'read as text';
    this.#reading.defects.add(empty ? 'message.empty' : 'message.no_headers', this.#place.partId, detail);
  }

  /** The charset this message seems to be written in. */
  #hint(): string | null {
    const declared =
      this.#root?.entity.charset ?? this.#leaves.texts.find(({ entity }) => entity.charset)?.entity.charset;
    if (declared) return declared;
    for (const { key, value } of this.#fields) {
      if (key === 'subject' || key === 'from') for (const charset of charsetsIn(value)) return charset;
    }
    return null;
  }
}

function reportLines(
  { malformed, spaced, bareLineEnds, tooMany }: SplitHeader,
  limit: number,
  report: ReportDefect,
): void {
  if (tooMany) report('header.too_many', `more than ${limit} fields`);
  if (malformed[0] !== undefined) report('header.malformed', JSON.stringify(malformed[0].slice(0, 80)));
  else if (spaced > 0) report('header.malformed', 'a space before the colon');
  if (bareLineEnds) report('body.line_endings', 'in the header');
}
