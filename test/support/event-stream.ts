import { get, type IncomingMessage } from 'node:http';

export interface StreamEvent {
  id: string;
  event: string;
  data: unknown;
}

/** A client for server-sent events, on its own connection. */
export class EventStream {
  readonly #response: IncomingMessage;
  readonly #events: StreamEvent[] = [];
  #waiting: (() => void) | null = null;
  #text = '';

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    response.on('error', () => {});
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (response) => resolve(new EventStream(response))).on('error', reject);
    });
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }

  /** The next event of that name; events before it are skipped. */
  async next(name: string): Promise<StreamEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event?.event === name) return event;
      if (event !== undefined) continue;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  close(): void {
    this.#response.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const frames = this.#text.split('\n\n');
    this.#text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
      if (field('event') !== '')
        this.#events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
    }
    this.#waiting?.();
  }
}
