import type { Socket } from 'node:net';
import { type Reply, replyText } from './replies.ts';

/** Maximum characters of buffered replies while pipelined commands are pending. */
const MAX_GATHERED = 512;

/** Sends the replies to pipelined commands in one write (RFC 2920 §3.2); a mail would otherwise take three. */
export class ReplyWriter {
  readonly #socket: () => Socket;
  #gathered = '';

  /** @param socket returns the socket at the time of writing, because STARTTLS replaces it */
  constructor(socket: () => Socket) {
    this.#socket = socket;
  }

  add(reply: Reply): void {
    if (this.#gathered === '') process.nextTick(this.flush);
    this.#gathered += replyText(reply);
    if (this.#gathered.length > MAX_GATHERED) this.flush();
  }

  /** Flushes now instead of at the end of the turn. */
  readonly flush = (): void => {
    const text = this.#gathered;
    if (text === '') return;
    this.#gathered = '';
    const socket = this.#socket();
    if (!socket.destroyed && socket.readyState === 'open') socket.write(text);
  };
}
