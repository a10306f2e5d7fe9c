import type { Socket } from 'node:net';
import { type Reply, replyText } from './replies.ts';

/** Characters of replies that gather while more commands are at hand. */
const MAX_GATHERED = 512;

/** Sends replies to commands that came together in one write (RFC 2920 §3.2), where a mail would take three. */
export class ReplyWriter {
  readonly #socket: () => Socket;
  #gathered = '';

  /** @param socket the one to write to by the time of writing: STARTTLS puts another in its place */
  constructor(socket: () => Socket) {
    this.#socket = socket;
  }

  add(reply: Reply): void {
    if (this.#gathered === '') process.nextTick(this.flush);
    this.#gathered += replyText(reply);
    if (this.#gathered.length > MAX_GATHERED) this.flush();
  }

  /** Sends what has gathered now, not at the end of the turn. */
  readonly flush = (): void => {
    const text = this.#gathered;
    if (text === '') return;
    this.#gathered = '';
    const socket = this.#socket();
    if (!socket.destroyed && socket.readyState === 'open') socket.write(text);
  };
}
