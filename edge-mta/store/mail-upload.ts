import { crc32 } from 'node:zlib';
import { PART_BYTES } from '../../core/aws/s3-parts.ts';
import { type Envelope, encodeEnvelope } from '../../core/mail/envelope.ts';
import { TransientError } from '../../core/mail/errors.ts';
import type { PutBody, PutOptions } from '../../core/ports/object-store.ts';
import { Channel } from '../../core/stream/channel.ts';
import type { ByteBudget } from '../data/byte-budget.ts';
import type { ReceiveTurns, Turn } from '../data/receive-turns.ts';
import type { Reply } from '../replies.ts';
import type { Judge } from '../verdict/judge.ts';
import { PiecePacker } from './piece-packer.ts';
import type { RawMailStore } from './raw-mail-store.ts';
import { FIRST_LINE_FIELD, wouldFold } from './trace-header.ts';

/** Mails up to this size are buffered and sent in one request, at half the cost of parts and no more memory. */
const WHOLE_MAIL_BYTES = 2 * PART_BYTES;

/** Pieces that are smaller on average are joined: copying is cheaper than separate writes. */
const SMALL_PIECE_BYTES = 16 * 1024;

/** Bytes in flight to the store above which the client has to wait. */
const HIGH_WATER_BYTES = 256 * 1024;

/** Memory charged for a streamed mail: its part, the buffer that it grew from, and the bytes waiting in the channel. */
export const STREAMED_MAIL_BYTES = 2 * PART_BYTES + 1024 * 1024;

/** Mails up to this size, in bytes, are received without a turn. */
const SMALL_MAIL_BYTES = 64 * 1024;

/** Minimum size assumed for larger mails, because clients may not declare a size, or a wrong one. */
const LARGE_MAIL_BYTES = 1024 * 1024;

export interface MailStore {
  raw: RawMailStore;
  /** Judges each stored mail; null without a data hook. */
  judge: Judge | null;
  budget: ByteBudget;
  turns: ReceiveTurns;
  /** Maximum milliseconds a mail waits for the store. */
  deadlineMs: number;
}

/**
 * Uploads one mail, preceded by its trace header, into the raw bucket. The object appears whole when `finish` resolves
 * to null, or not at all. Call either `finish` or `abort` once, to release the memory.
 *
 * The envelope goes into the metadata of the object. S3 takes metadata at the start of an upload, so a streamed mail
 * gets a sidecar if its buffered start contains a bare LF, because their total number is known only at the end.
 */
export class MailUpload {
  readonly #to: MailStore;
  #envelope: Envelope;
  #trace: Buffer;
  readonly #cancel = new AbortController();
  readonly #packer = new PiecePacker((piece) => this.#keep(piece));
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Checksum of all bytes to store so far. Computed while the client sends, to shorten the wait at the end. */
  #crc32: number;
  #charged = 0;
  readonly #expected: number;
  /** Null while the mail is small. */
  #turn: Turn | null = null;
  #channel: Channel | null = null;
  #streamed: Promise<void> | null = null;
  #sidecarDue = false;
  /** The mail without its trace header, for the data hook. */
  #whole: readonly Buffer[] | null = null;
  #action: string | null = null;

  /** @param declared size in bytes from SIZE (RFC 1870); null if not declared */
  constructor(to: MailStore, envelope: Envelope, trace: Buffer, declared: number | null) {
    this.#to = to;
    this.#envelope = envelope;
    this.#trace = trace;
    this.#crc32 = crc32(trace);
    this.#expected = Math.min(Math.max(declared ?? 0, LARGE_MAIL_BYTES), STREAMED_MAIL_BYTES);
  }

  /**
   * @param normalizedNewlines as in the envelope, up to and with this content
   * @returns false when the memory limit of the process is reached, so the mail cannot continue
   */
  write(content: Buffer, normalizedNewlines: number): boolean {
    if (this.#bytes === 0 && wouldFold(content)) {
      this.#trace = Buffer.concat([this.#trace, FIRST_LINE_FIELD]);
      this.#crc32 = crc32(this.#trace);
    }
    this.#bytes += content.length;
    if (this.#channel === null && !this.#charge()) return false;
    this.#packer.add(content);
    if (this.#channel !== null) return true;
    if (this.#bytes > WHOLE_MAIL_BYTES) this.#startStreaming(normalizedNewlines);
    else this.#crc32 = crc32(content, this.#crc32);
    return true;
  }

  /** Null when there is room; otherwise resolves when there is, or rejects when the store takes too long. */
  room(): Promise<void> | null {
    if (this.#turn === null && this.#bytes > SMALL_MAIL_BYTES) {
      this.#turn = this.#to.turns.take(this.#expected);
      return this.#turn.wait;
    }
    const room = this.#channel?.room() ?? null;
    return room === null ? null : this.#withDeadline(room);
  }

  /** Recommendation of the data hook, or how the request failed; null without a hook. */
  get action(): string | null {
    return this.#action;
  }

  /**
   * Resolves to null when the mail is durable, or to the rejecting reply in the words of the data hook.
   *
   * @param normalizedNewlines as in the envelope
   * @throws TransientError, PermanentError
   */
  async finish(normalizedNewlines: number): Promise<Reply | null> {
    if (normalizedNewlines > 0) this.#envelope = { ...this.#envelope, normalizedNewlines };
    try {
      this.#packer.flush();
      await this.#withDeadline(this.#channel === null ? this.#storeWhole() : this.#endStream(this.#channel));
      return this.#to.judge === null ? null : await this.#settle(this.#to.judge);
    } finally {
      this.#release();
    }
  }

  /** Aborts; no object becomes visible. */
  abort(reason: Error): void {
    this.#cancel.abort(reason);
    this.#channel?.fail(reason);
    this.#release();
  }

  #charge(): boolean {
    const wanted = this.#bytes > WHOLE_MAIL_BYTES ? STREAMED_MAIL_BYTES : this.#bytes;
    if (!this.#to.budget.take(wanted - this.#charged)) return false;
    this.#charged = wanted;
    return true;
  }

  #keep(piece: Buffer): void {
    if (this.#channel === null) this.#chunks.push(piece);
    else this.#channel.push(piece);
  }

  async #storeWhole(): Promise<void> {
    const pieces = [this.#trace, ...this.#chunks];
    const small = this.#bytes < SMALL_PIECE_BYTES * this.#chunks.length;
    if (this.#to.judge !== null) this.#whole = this.#chunks;
    this.#chunks = [];
    const inline = this.#to.judge === null ? encodeEnvelope(this.#envelope) : null;
    if (inline === null && this.#to.judge === null) await this.#putSidecar();
    const body = small ? Buffer.concat(pieces) : pieces;
    await this.#put(body, inline, { crc32: this.#crc32 });
  }

  #startStreaming(normalizedNewlines: number): void {
    const judged = this.#to.judge !== null;
    const inline = normalizedNewlines > 0 || judged ? null : encodeEnvelope(this.#envelope);
    this.#sidecarDue = inline === null && !judged;
    const channel = new Channel({ highWaterBytes: HIGH_WATER_BYTES });
    this.#channel = channel;
    for (const chunk of [this.#trace, ...this.#chunks]) channel.push(chunk);
    this.#chunks = [];
    this.#streamed = this.#put(channel, inline, {});
    // `finish` reports the error. Until the end of DATA, the rest of the mail is discarded.
    this.#streamed.catch((error: unknown) => channel.fail(new Error('the store failed', { cause: error })));
  }

  async #endStream(channel: Channel): Promise<void> {
    if (this.#sidecarDue) await this.#putSidecar();
    channel.end();
    await this.#streamed;
  }

  #putSidecar(): Promise<void> {
    return this.#to.raw.putSidecar(this.#envelope, this.#cancel.signal);
  }

  /** Commits the mail at once, or holds it for a verdict. */
  #put(body: PutBody, envelope: string | null, checksum: Pick<PutOptions, 'crc32'>): Promise<void> {
    const { raw, judge } = this.#to;
    const options = { ...checksum, signal: this.#cancel.signal };
    const { id } = this.#envelope;
    return judge === null
      ? raw.put(id, body, this.#trace.length, envelope, options)
      : raw.hold(id, body, this.#trace.length, options);
  }

  /** Asks the data hook about a held mail, and commits it unless rejected. */
  async #settle(judge: Judge): Promise<Reply | null> {
    const { raw } = this.#to;
    const traceBytes = this.#trace.length;
    const held = { ...raw.held(this.#envelope.id), traceBytes };
    const question = { envelope: this.#envelope, size: this.#bytes, held, message: this.#whole };
    const { refusal, action, verdict } = await judge(question);
    this.#whole = null;
    this.#action = action;
    if (refusal !== null) return refusal;
    await this.#withDeadline(raw.accept({ ...this.#envelope, verdict }, traceBytes, this.#cancel.signal));
    return null;
  }

  async #withDeadline<T>(work: Promise<T>): Promise<T> {
    const { deadlineMs } = this.#to;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new TransientError('store.deadline', `the store did not answer within ${deadlineMs} ms`);
        this.#cancel.abort(error);
        this.#channel?.fail(error);
        reject(error);
      }, deadlineMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #release(): void {
    this.#chunks = [];
    this.#to.budget.give(this.#charged);
    this.#charged = 0;
    this.#turn?.end();
  }
}
