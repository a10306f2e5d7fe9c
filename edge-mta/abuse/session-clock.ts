import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { REPLIES, type Reply } from '../replies.ts';

/** What a session is doing when its time is checked. */
export type Activity =
  | { kind: 'command' }
  /** A command is running or a mail is being stored: the client is waiting for this server. */
  | { kind: 'server'; storing: boolean }
  /** `stalled`: this server is making the client wait. */
  | { kind: 'data'; bytes: number; stalled: boolean };

/**
 * The time limits of one session, in monotonic milliseconds. Only complete command lines and replies count as progress,
 * so a client cannot extend them by sending a byte now and then.
 */
export class SessionClock {
  readonly #limits: SmtpLimits;
  readonly #opened: number;
  #progress: number;
  #window: { start: number; bytes: number } | null = null;

  constructor(limits: SmtpLimits, now: number) {
    this.#limits = limits;
    this.#opened = now;
    this.#progress = now;
  }

  /** A complete command line arrived, or a reply was sent. */
  progressed(now: number): void {
    this.#progress = now;
    this.#window = null;
  }

  /** Milliseconds since the last progress. */
  silentMs(now: number): number {
    return now - this.#progress;
  }

  /** The final reply once a time limit is exceeded. */
  overdue(now: number, activity: Activity, underPressure: boolean): Reply | null {
    const { sessionSeconds, idleSeconds, idleSecondsUnderPressure } = this.#limits;
    const storing = activity.kind === 'server' && activity.storing;
    if (!storing && now - this.#opened > sessionSeconds * 1000) return REPLIES.sessionOver;
    if (activity.kind === 'data') return this.#tooSlow(now, activity.bytes, activity.stalled) ? REPLIES.tooSlow : null;
    const idle = underPressure ? Math.min(idleSeconds, idleSecondsUnderPressure) : idleSeconds;
    return activity.kind === 'command' && now - this.#progress > idle * 1000 ? REPLIES.idle : null;
  }

  #tooSlow(now: number, bytes: number, stalled: boolean): boolean {
    const { dataWindowSeconds, dataMinBytesPerSecond } = this.#limits;
    if (this.#window === null || stalled) this.#window = { start: now, bytes };
    const { start, bytes: before } = this.#window;
    if (now - start < dataWindowSeconds * 1000) return false;
    this.#window = { start: now, bytes };
    return ((bytes - before) * 1000) / (now - start) < dataMinBytesPerSecond;
  }
}
