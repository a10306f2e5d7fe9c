import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setAside } from '../disk/set-aside.ts';
import { syncDirectory } from '../disk/sync-directory.ts';
import type { Location } from './message.ts';
import { decodeRecord, encodeRecord, type JournalRecord } from './record-frame.ts';
import { segmentParts } from './segment.ts';

/** Maximum segment size in bytes, which bounds one step of compaction. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

interface Segment {
  readonly number: number;
  readonly file: FileHandle;
  bytes: number;
  /** Reads in progress, which keep the file open. */
  readonly reads: Set<Promise<unknown>>;
}

interface Append {
  bytes: Buffer;
  /** Called when the bytes are in the file, synced or not. */
  written: () => void;
  applied: (location: Location) => void;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

interface DamagedSegment {
  path: string;
  kept: Buffer[];
  damaged: Buffer[];
}

export interface JournalOptions {
  directory: string;
  segmentBytes?: number;
  /** Called for each record, oldest first, while opening. */
  replay: (record: JournalRecord, location: Location) => void;
  /** First record of every segment, including repaired ones: state that must outlive earlier segments. */
  preamble: () => unknown;
  /** Called with the length of an unfinished record at the end of the last segment, which is truncated. */
  torn: (file: string, bytes: number) => void;
  /** Called for each damaged range while opening, before the records after it are replayed. */
  damaged: (file: string, offset: number, bytes: number) => void;
}

/**
 * An append-only log in numbered segments. An append resolves when its bytes are on disk; appends that arrive while
 * the disk is busy share the next write and the next fdatasync.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segments = new Map<number, Segment>();
  #tail: Segment | null = null;
  #pending: Append[] = [];
  #flushing: Promise<void> | null = null;
  /** Records of a failed write may follow the end. */
  #torn = false;
  #closed = false;
  #bytes = 0;
  readonly #damaged: DamagedSegment[] = [];

  private constructor(options: JournalOptions) {
    this.#options = options;
  }

  static async open(options: JournalOptions): Promise<Journal> {
    await mkdir(options.directory, { recursive: true });
    const journal = new Journal(options);
    try {
      await journal.#open();
    } catch (error) {
      await journal.close();
      throw error;
    }
    return journal;
  }

  /** Whether damage was found and set aside. Record locations have then changed: open the journal again. */
  get repaired(): boolean {
    return this.#damaged.length > 0;
  }

  get segmentBytes(): number {
    return this.#options.segmentBytes ?? SEGMENT_BYTES;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Null while there is only the current segment. */
  get oldestClosed(): number | null {
    const [first] = this.#segments.keys();
    return first === undefined || first === this.#tail?.number ? null : first;
  }

  /**
   * Resolves when the record is on disk. `applied` is called before that, in the order of the appends. After a failed
   * write or sync, the next write goes to the same position, so that the log never has a gap.
   */
  append(head: unknown, body?: Buffer, applied: (location: Location) => void = () => {}): Promise<void> {
    return new Promise((resolve, reject) => this.#enqueue(head, body, { written: () => {}, applied, resolve, reject }));
  }

  /**
   * Resolves when the record is in the file, before its sync: it survives the end of this process, but not a power
   * failure or a failing disk.
   */
  write(head: unknown): Promise<void> {
    return new Promise((written, reject) =>
      this.#enqueue(head, undefined, { written, applied: () => {}, resolve: () => {}, reject }),
    );
  }

  #enqueue(head: unknown, body: Buffer | undefined, append: Omit<Append, 'bytes'>): void {
    if (this.#closed) throw new Error('the journal is closed');
    this.#pending.push({ bytes: encodeRecord(head, body), ...append });
    // Wait for the end of the event loop turn, so that requests from other sockets share this write.
    this.#flushing ??= new Promise((done) => setImmediate(() => void this.#flush().finally(done)));
  }

  /** Null when the bytes on disk are damaged. */
  async read(location: Location): Promise<JournalRecord | null> {
    const segment = this.#segments.get(location.segment);
    if (segment === undefined) throw new Error(`journal segment ${location.segment} is gone`);
    const reading = segment.file.read(Buffer.allocUnsafe(location.length), 0, location.length, location.offset);
    segment.reads.add(reading);
    const { buffer } = await reading.finally(() => segment.reads.delete(reading));
    return decodeRecord(buffer, 0);
  }

  /** Removes a segment that is no longer referenced. */
  async drop(number: number): Promise<void> {
    const segment = this.#segments.get(number);
    if (segment === undefined || segment === this.#tail) throw new Error(`segment ${number} cannot be dropped`);
    this.#segments.delete(number);
    this.#bytes -= segment.bytes;
    await Promise.allSettled(segment.reads);
    await segment.file.close();
    await rm(this.#path(number));
    await syncDirectory(this.#options.directory);
  }

  /** Waits for pending appends, then closes all files. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#flushing) await this.#flushing;
    if (this.#torn) await this.#tail?.file.truncate(this.#tail.bytes).catch(() => {});
    for (const segment of this.#segments.values()) {
      await Promise.allSettled(segment.reads);
      await segment.file.close();
    }
    this.#segments.clear();
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        await this.#write(batch);
      } catch (cause) {
        const error = new Error('the queue journal could not be written', { cause });
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = null;
  }

  async #write(batch: readonly Append[]): Promise<void> {
    const tail = this.#tail === null || this.#tail.bytes >= this.segmentBytes ? await this.#beginSegment() : this.#tail;
    if (this.#torn) await tail.file.truncate(tail.bytes);
    this.#torn = true;
    await writeAll(
      tail.file,
      batch.map(({ bytes }) => bytes),
      tail.bytes,
    );
    for (const { written } of batch) written();
    await tail.file.datasync();
    this.#torn = false;
    for (const { bytes, applied, resolve } of batch) {
      const location = { segment: tail.number, offset: tail.bytes, length: bytes.length };
      tail.bytes += bytes.length;
      this.#bytes += bytes.length;
      applied(location);
      resolve();
    }
  }

  async #beginSegment(): Promise<Segment> {
    if (this.#tail !== null) {
      // A failed write may have left bytes after the last record.
      await this.#tail.file.truncate(this.#tail.bytes);
      await this.#tail.file.datasync();
    }
    const number = this.#tail === null ? 1 : this.#tail.bytes === 0 ? this.#tail.number : this.#tail.number + 1;
    const file = this.#tail?.number === number ? this.#tail.file : await open(this.#path(number), 'w+');
    const preamble = encodeRecord(this.#options.preamble());
    try {
      await writeAll(file, [preamble], 0);
      await file.datasync();
      await syncDirectory(this.#options.directory);
    } catch (error) {
      if (this.#tail?.number !== number) await file.close();
      throw error;
    }
    const segment: Segment = { number, file, bytes: preamble.length, reads: new Set() };
    this.#segments.set(number, segment);
    this.#bytes += segment.bytes;
    this.#tail = segment;
    return segment;
  }

  async #open(): Promise<void> {
    const { directory } = this.#options;
    const names = (await readdir(directory)).filter((name) => /^\d{10}\.log$/.test(name)).sort();
    for (const name of names) await this.#load(Number.parseInt(name, 10), name === names.at(-1));
    for (const segment of this.#damaged) await this.#repair(segment);
    if (this.repaired) return;
    if (this.#tail === null || this.#tail.bytes === 0) await this.#beginSegment();
    await syncDirectory(dirname(directory));
  }

  /** Reads one segment. */
  async #load(number: number, isLast: boolean): Promise<void> {
    const path = this.#path(number);
    const file = await open(path, 'r+');
    const segment: Segment = { number, file, bytes: 0, reads: new Set() };
    this.#segments.set(number, segment);
    this.#tail = segment;
    const bytes = await file.readFile();
    const kept: Buffer[] = [];
    const damaged: Buffer[] = [];
    for (const part of segmentParts(bytes, isLast)) {
      const { offset, length } = part;
      if (part.kind === 'record') {
        this.#options.replay(part.record, { segment: number, offset, length });
        segment.bytes += length;
        kept.push(bytes.subarray(offset, offset + length));
      } else if (part.kind === 'damaged') {
        this.#options.damaged(path, offset, length);
        damaged.push(bytes.subarray(offset, offset + length));
      } else {
        this.#options.torn(path, length);
        await file.truncate(offset);
        await file.datasync();
      }
    }
    this.#bytes += segment.bytes;
    if (damaged.length > 0) this.#damaged.push({ path, kept, damaged });
  }

  /** Moves damaged parts into a file beside the segment, which keeps its intact records. */
  async #repair({ path, kept, damaged }: DamagedSegment): Promise<void> {
    await setAside(path, damaged);
    const fresh = `${path}.new`;
    const file = await open(fresh, 'w');
    try {
      await writeAll(file, [encodeRecord(this.#options.preamble()), ...kept], 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
    await syncDirectory(this.#options.directory);
  }

  #path(number: number): string {
    return join(this.#options.directory, `${String(number).padStart(10, '0')}.log`);
  }
}

async function writeAll(file: FileHandle, buffers: readonly Buffer[], position: number): Promise<void> {
  const bytes = buffers.length === 1 && buffers[0] ? buffers[0] : Buffer.concat(buffers);
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
