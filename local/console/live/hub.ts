import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ServerEvents } from '../api/api.ts';

/** Maximum number of connected pages. */
const MAX_CLIENTS = 32;
/** Events kept for pages that reconnect. */
const REMEMBERED = 500;
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 1_000;
/** Maximum bytes buffered per page; a slower page is disconnected and reloads everything. */
const MAX_WAITING_BYTES = 1024 * 1024;

type EventName = keyof ServerEvents;

/** Broadcasts events to open pages as server-sent events (HTML, "Server-sent events"). */
export class EventHub {
  readonly #clients = new Set<ServerResponse>();
  /** Remembered events, oldest first. */
  readonly #remembered: { number: number; frame: string }[] = [];
  /** Part of event ids, because numbers from an earlier start are meaningless. */
  readonly #epoch = randomBytes(6).toString('hex');
  #number = 0;
  #heartbeat: NodeJS.Timeout | null = null;

  /** Id of the last event. */
  get last(): string {
    return `${this.#epoch}-${this.#number}`;
  }

  get clients(): number {
    return this.#clients.size;
  }

  publish<Name extends EventName>(name: Name, data: ServerEvents[Name]): void {
    this.#number += 1;
    const frame = `id: ${this.last}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#remembered.push({ number: this.#number, frame });
    if (this.#remembered.length > REMEMBERED) this.#remembered.shift();
    this.#send(frame);
  }

  /** False when the maximum number of pages is connected. */
  connect(response: ServerResponse, lastEventId: string | null): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RECONNECT_MS}\n\n${lastEventId === null ? '' : this.#missed(lastEventId)}`);
    this.#clients.add(response);
    response.once('close', () => this.#forget(response));
    // A failed write closes the response; nothing else needs to happen.
    response.on('error', () => {});
    this.#heartbeat ??= setInterval(() => this.#send(': alive\n\n'), HEARTBEAT_MS).unref();
    return true;
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }

  #forget(client: ServerResponse): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0 || this.#heartbeat === null) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }

  #send(frame: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > MAX_WAITING_BYTES) client.destroy();
      else client.write(frame);
    }
  }

  /** The events after the given one, or `refresh` if it is no longer remembered. */
  #missed(lastEventId: string): string {
    const [epoch, text = ''] = lastEventId.split('-');
    const number = Number(text);
    const first = this.#remembered[0]?.number ?? this.#number + 1;
    const isKnown = epoch === this.#epoch && number >= first - 1 && number <= this.#number;
    if (!isKnown) return `id: ${this.last}\nevent: refresh\ndata: {}\n\n`;
    return this.#remembered
      .filter((event) => event.number > number)
      .map(({ frame }) => frame)
      .join('');
  }
}
