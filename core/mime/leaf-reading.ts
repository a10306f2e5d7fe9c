import type { Attachment, MimeStructure } from '../mail/parsed-mail.ts';
import type { AttachmentHead } from '../ports/mime-reader.ts';
import type { Entity } from './entity.ts';
import { Handover } from './handover.ts';
import { safeFilename } from './header/filename.ts';
import { Copy, LeafBody, type Tap } from './leaf-body.ts';
import { isCaptured, type Packing, packingOf } from './leaf-kinds.ts';
import type { CapturedPart, Message, Reading } from './reading.ts';
import { type TextBudget, TextPart } from './text/text-part.ts';
import type { TokenStream } from './token-stream.ts';
import type { TransferDecoder } from './transfer/decoder.ts';
import { unpack } from './unpack/unpack.ts';
import type { UnpackedFile } from './unpack/unpacked.ts';

/** A leaf that the scanner has opened. */
export interface Leaf {
  node: MimeStructure;
  entity: Entity;
  decoder: TransferDecoder;
  /** Part of a multipart/related. */
  related: boolean;
}

/** Reads an attached mail whose bytes come from `source`. */
export type ReadMessage = (source: AsyncIterable<Buffer>) => Promise<Message>;

/** Reads leaves one after the other and keeps what came of them. */
export class LeafReading {
  readonly texts: TextPart[] = [];
  readonly attachments: Attachment[] = [];
  readonly captured: CapturedPart[] = [];
  readonly #reading: Reading;
  readonly #tokens: TokenStream;
  /** PartId of the mail that is being read, when it is attached to another. */
  readonly #parentPartId: string | null;

  constructor(reading: Reading, tokens: TokenStream, parentPartId: string | null) {
    this.#reading = reading;
    this.#tokens = tokens;
    this.#parentPartId = parentPartId;
  }

  async text({ node, entity, decoder }: Leaf, budget: TextBudget): Promise<LeafBody> {
    const part = new TextPart(node.partId, entity, budget);
    const body = new LeafBody(this.#tokens, decoder);
    for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) part.add(chunk);
    this.texts.push(part);
    return body;
  }

  async attachment(leaf: Leaf): Promise<LeafBody> {
    const { entity, node } = leaf;
    const { limits, defects } = this.#reading;
    const packing = packingOf(entity);
    const captures = isCaptured(entity);
    const copy = packing !== null || captures ? new Copy(captures ? limits.reportBytes : limits.unpackBytes) : null;
    const body = await this.#store(leaf, copy?.tap ?? null);
    if (captures && copy?.bytes) {
      this.captured.push({ partId: node.partId, contentType: entity.contentType, bytes: copy.bytes });
    }
    if (packing !== null && copy?.bytes) await this.#unpack(node.partId, packing, copy.bytes);
    else if (packing !== null) {
      defects.add('attachment.unpack_failed', node.partId, `longer than ${limits.unpackBytes} bytes`);
    }
    return body;
  }

  /**
   * Stores an attached mail and reads it in turn, in one pass: each chunk goes to the reading before it goes to the
   * store. What is inside it is stored meanwhile.
   */
  async message(leaf: Leaf, readMessage: ReadMessage): Promise<LeafBody> {
    const handover = new Handover();
    const nested = readMessage(handover.chunks());
    nested.then(
      () => handover.stopped(null),
      (error: unknown) => handover.stopped({ error }),
    );
    const index = this.attachments.length;
    const body = await this.#store(leaf, (chunk) => handover.give(chunk)).finally(() => handover.end());
    const { header, text, html, attachments, structure } = await nested;
    const { subject, from, to, cc, date, messageId } = header;
    const stored = this.attachments[index];
    if (stored !== undefined) stored.message = { subject, from, to, cc, date, messageId, text, html, attachments };
    if (structure !== null) leaf.node.children.push(structure);
    return body;
  }

  async #store({ node, entity, decoder, related }: Leaf, tap: Tap | null): Promise<LeafBody> {
    const { contentType, filename, disposition, contentId } = entity;
    const head: AttachmentHead = {
      partId: node.partId,
      parentPartId: this.#parentPartId,
      filename,
      contentType,
      disposition,
      contentId,
      related,
    };
    const body = new LeafBody(this.#tokens, decoder, tap);
    const tail = await this.#reading.sink(head, body.chunks());
    await body.drain();
    this.attachments.push({ ...head, ...tail, message: null });
    return body;
  }

  async #unpack(partId: string, packing: Packing, bytes: Buffer): Promise<void> {
    const { defects, limits } = this.#reading;
    const { files, problem } = unpack(packing, bytes, limits);
    if (problem !== null) defects.add('attachment.unpack_failed', partId, problem);
    await this.unpacked(partId, files);
  }

  /** Stores files that were found inside a part. */
  async unpacked(parentPartId: string, files: readonly UnpackedFile[]): Promise<void> {
    const { sink, limits, defects } = this.#reading;
    for (const [i, { name, contentType, contentId, bytes }] of files.entries()) {
      if (++this.#reading.parts > limits.parts) {
        defects.add('mime.parts_limit', null, `more than ${limits.parts} parts`);
        return;
      }
      const partId = `${parentPartId}.${i + 1}`;
      const filename =
        name && safeFilename(name, limits.filenameLength, (code, detail) => defects.add(code, partId, detail));
      const head: AttachmentHead = {
        partId,
        parentPartId,
        filename,
        contentType,
        disposition: 'attachment',
        contentId,
        related: false,
      };
      this.attachments.push({ ...head, ...(await sink(head, inOneChunk(bytes))), message: null });
    }
  }
}

async function* inOneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}
