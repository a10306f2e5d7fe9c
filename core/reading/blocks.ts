import { Channel } from '../stream/channel.ts';
import { blockPassed } from './young-generation.ts';

/** Joins small chunks and splits large ones into blocks of `size` bytes, each in its own memory, ready for transfer. */
export async function* inBlocks(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + size - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < size) continue;
      yield block;
      blockPassed(size);
      block = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.slice(0, filled);
}

/** Blocks from messages, as a stream. Calls `onTaken` for each block that its reader has finished with. */
export function blockStream(onTaken: () => void): Channel {
  return new Channel({
    onTaken: ({ length }) => {
      blockPassed(length);
      onTaken();
    },
  });
}

/** A block after its transfer. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Allows at most `size` blocks between sending and `release`. */
export class Window {
  #free: number;
  #abandoned = false;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async acquire(): Promise<void> {
    this.#free -= 1;
    if (this.#free >= 0 || this.#abandoned) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    this.#free += 1;
    this.#waiting.shift()?.();
  }

  /** Lets every sender continue from now on: nothing will be released any more. */
  abandon(): void {
    this.#abandoned = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
