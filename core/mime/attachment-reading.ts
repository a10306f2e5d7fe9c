import type { Attachment } from '../mail/parsed-mail.ts';
import { type AttachmentHead, bareHead } from '../ports/mime-reader.ts';
import { Channel } from '../stream/channel.ts';
import { safeFilename } from './header/filename.ts';
import type { Leaf } from './leaf.ts';
import { Copy, LeafBody, type Tap } from './leaf-body.ts';
import { isCaptured, type Packing, packingOf } from './leaf-kinds.ts';
import type { CapturedPart, Message, Reading } from './reading.ts';
import type { TokenStream } from './token-stream.ts';
import { unpack } from './unpack/unpack.ts';
import type { UnpackedFile } from './unpack/unpacked.ts';

/** Reads an attached mail whose bytes come from `source`. */
export type ReadMessage = (source: AsyncIterable<Buffer>) => Promise<Message>;

/** Stores the attachments of one message, one after another, and lists them. */
export class AttachmentReading {
  readonly attachments: Attachment[] = [];
  readonly captured: CapturedPart[] = [];
  readonly capturedInside = new Map<string, readonly CapturedPart[]>();
  /** The first DMARC or TLS report. */
  aggregate: CapturedPart | null = null;
  readonly #reading: Reading;
  readonly #tokens: TokenStream;
  /** PartId of the attached message that they belong to; null for the outermost. */
  readonly #parentPartId: string | null;

  constructor(reading: Reading, tokens: TokenStream, parentPartId: string | null) {
    this.#reading = reading;
    this.#tokens = tokens;
    this.#parentPartId = parentPartId;
  }

  /** Reads the leaf to its end. */
  async attachment(leaf: Leaf): Promise<void> {
    const { contentType, charset } = leaf.entity;
    const { partId } = leaf.node;
    const { limits } = this.#reading;
    const packing = packingOf(leaf.entity);
    if (packing !== null) {
      const copy = new Copy(limits.unpackBytes);
      await this.#store(leaf, copy.tap);
      return this.#unpack(partId, packing, copy.bytes);
    }
    if (!isCaptured(leaf.entity)) return this.#store(leaf, null);
    const room = this.#reading.reportRoom;
    const copy = new Copy(Math.min(limits.reportBytes, room));
    await this.#store(leaf, copy.tap);
    const { bytes } = copy;
    if (bytes !== null) {
      this.#reading.reportRoom -= bytes.length;
      this.captured.push({ partId, contentType, charset, bytes });
    } else {
      const detail =
        room < limits.reportBytes
          ? `reports and calendars longer than ${limits.reportsBytes} bytes together`
          : `${contentType} longer than ${limits.reportBytes} bytes`;
      this.#reading.defects.add('mime.report_limit', partId, detail);
    }
  }

  /**
   * Stores an attached mail and parses it in the same pass: each chunk goes to the parser before it goes to the store.
   * Its own attachments are stored in the meantime.
   */
  async message(leaf: Leaf, readMessage: ReadMessage): Promise<void> {
    const channel = new Channel();
    const nested = readMessage(channel);
    let failure: { error: unknown } | null = null;
    nested
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => channel.leave());
    const index = this.attachments.length;
    const give = async (chunk: Buffer) => {
      channel.push(chunk);
      await channel.room();
      if (failure !== null) throw failure.error;
    };
    await this.#store(leaf, give).finally(() => channel.end());
    const { header, text, html, attachments, structure, captured } = await nested;
    if (captured.length > 0) this.capturedInside.set(leaf.node.partId, captured);
    const { subject, from, to, cc, date, messageId } = header;
    const stored = this.attachments[index];
    if (stored !== undefined) stored.message = { subject, from, to, cc, date, messageId, text, html, attachments };
    if (structure !== null) leaf.node.children.push(structure);
  }

  /** Stores a possible DMARC or TLS report, and keeps the first in memory. */
  async aggregateReport(leaf: Leaf): Promise<void> {
    if (this.aggregate !== null) return this.#store(leaf, null);
    const { partId } = leaf.node;
    const { contentType, charset } = leaf.entity;
    const { aggregateReportBytes } = this.#reading.limits;
    const copy = new Copy(aggregateReportBytes);
    await this.#store(leaf, copy.tap);
    if (copy.bytes !== null) this.aggregate = { partId, contentType, charset, bytes: copy.bytes };
    else this.#reading.defects.add('mime.report_limit', partId, `a report longer than ${aggregateReportBytes} bytes`);
  }

  async #store(leaf: Leaf, tap: Tap | null): Promise<void> {
    const { filename, contentType, disposition, contentId } = leaf.entity;
    const head: AttachmentHead = {
      partId: leaf.node.partId,
      parentPartId: this.#parentPartId,
      filename,
      contentType,
      disposition,
      contentId,
      related: leaf.related,
    };
    const body = new LeafBody(this.#tokens, leaf, tap);
    const tail = await this.#reading.sink(head, body);
    await body.drain();
    this.attachments.push({ ...head, ...tail, message: null });
  }

  async #unpack(partId: string, packing: Packing, bytes: Buffer | null): Promise<void> {
    const { defects, limits } = this.#reading;
    if (bytes === null) {
      defects.add('attachment.unpack_failed', partId, `longer than ${limits.unpackBytes} bytes`);
      return;
    }
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
      const disposition = 'attachment';
      const head = { ...bareHead(partId), parentPartId, filename, contentType, disposition, contentId } as const;
      this.attachments.push({ ...head, ...(await sink(head, inOneChunk(bytes))), message: null });
    }
  }
}

async function* inOneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}
