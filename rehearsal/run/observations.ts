import { EventEmitter, once } from 'node:events';
import * as z from 'zod';
import { jsonOf } from '../../core/mail/json.ts';

/** Milliseconds between two checks of a condition, because queues do not notify when they become empty. */
const LOOK_MS = 250;

const mailSchema = z.object({ schema: z.string(), id: z.string() });

/** Events so far, with a way to wait for conditions. */
export class Observations {
  readonly #emitter = new EventEmitter();
  /** Mail ids by the name of the queue they were put on. */
  readonly #mails = new Map<string, Set<string>>();

  sent({ queue, body }: { queue: string; body: string }): void {
    const mail = mailSchema.safeParse(jsonOf(body));
    const ids = this.#mails.get(queue) ?? new Set();
    this.#mails.set(queue, ids);
    if (mail.success) ids.add(mail.data.id);
    this.tell();
  }

  /** Reports another event, so that conditions are checked again. */
  tell(): void {
    this.#emitter.emit('change');
  }

  wasSentTo(queue: string): boolean {
    return this.#mails.has(queue);
  }

  /** Queues that a mail was put on. */
  queuesOf(id: string): string[] {
    return [...this.#mails].flatMap(([queue, ids]) => (ids.has(id) ? [queue] : []));
  }

  /** Resolves with true as soon as the condition holds, or with false after `ms`. @throws AbortError */
  async wait(condition: () => boolean | Promise<boolean>, ms: number, signal: AbortSignal): Promise<boolean> {
    const end = performance.now() + ms;
    for (;;) {
      const stop = new AbortController();
      const look = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(LOOK_MS)]);
      const change = once(this.#emitter, 'change', { signal: look }).catch(() => {});
      try {
        if (await condition()) return true;
        await change;
      } finally {
        stop.abort();
      }
      signal.throwIfAborted();
      if (performance.now() > end) return condition();
    }
  }
}
