/** Milliseconds after which a turn passes to a mail that waits. Receiving and storing 1 MB usually takes a tenth of that. */
const TURN_MS = 2_000;
/** Milliseconds after which a mail goes on without a turn. Clients wait minutes for the 250 (RFC 5321 §4.5.3.2). */
const WAIT_MS = 10_000;

/** The turn of one large mail. */
export interface Turn {
  /** Null when the mail may go on at once; else resolves when it may, or when the turn is ended. */
  readonly wait: Promise<void> | null;
  /** Must be called when the mail is stored or dropped; again has no effect. */
  end(): void;
}

interface Place {
  readonly bytes: number;
  /** Of the wait, then of the turn. Monotonic milliseconds. */
  since: number;
  go: () => void;
}

/**
 * Lets large mails in by turns: a burst is received a few mails at a time, first come first served, instead of all of them
 * in memory half received. A mail counts with the bytes it is expected to have, until it is stored.
 *
 * No client can block the others: while others wait a turn ends after TURN_MS, and a wait always after WAIT_MS; the mail
 * goes on either way. What all mails may take in memory is limited by ByteBudget.
 */
export class ReceiveTurns {
  readonly #limit: number;
  readonly #now: () => number;
  #taken = 0;
  /** Both oldest first. */
  readonly #receiving = new Set<Place>();
  readonly #waiting = new Set<Place>();

  /** @param limit bytes of the mails whose turn it is */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** @param bytes that the mail is expected to take */
  take(bytes: number): Turn {
    const place: Place = { bytes, since: this.#now(), go: () => {} };
    const end = () => {
      this.#waiting.delete(place);
      this.#leave(place);
      place.go();
      this.#proceed();
    };
    this.#waiting.add(place);
    this.#proceed();
    if (!this.#waiting.has(place)) return { wait: null, end };
    const wait = new Promise<void>((resolve) => {
      place.go = resolve;
    });
    return { wait, end };
  }

  /** To be called every second. */
  sweep(): void {
    const now = this.#now();
    for (const place of this.#waiting) {
      if (now - place.since < WAIT_MS) break;
      this.#waiting.delete(place);
      place.go();
    }
    this.#proceed();
  }

  #proceed(): void {
    const now = this.#now();
    for (const place of this.#waiting) {
      if (!this.#fits(place)) this.#endSlow(now);
      if (!this.#fits(place)) return;
      this.#waiting.delete(place);
      this.#receiving.add(place);
      this.#taken += place.bytes;
      place.since = now;
      place.go();
    }
  }

  /** A mail larger than the limit gets its turn alone. */
  #fits({ bytes }: Place): boolean {
    return this.#receiving.size === 0 || this.#taken + bytes <= this.#limit;
  }

  #endSlow(now: number): void {
    for (const place of this.#receiving) {
      if (now - place.since < TURN_MS) return;
      this.#leave(place);
    }
  }

  #leave(place: Place): void {
    if (this.#receiving.delete(place)) this.#taken -= place.bytes;
  }
}
