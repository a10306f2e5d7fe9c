/**
 * Milliseconds after which a turn passes to a waiting mail. Receiving and storing 1 MB usually takes a tenth of that.
 */
const TURN_MS = 2_000;
/** Milliseconds after which a mail proceeds without a turn. Clients wait minutes for the 250 (RFC 5321 §4.5.3.2). */
const WAIT_MS = 10_000;

/** The turn of one large mail. */
export interface Turn {
  /** Null when the mail may proceed at once; otherwise resolves when it may, or when the turn ends. */
  readonly wait: Promise<void> | null;
  /** Must be called when the mail is stored or dropped; further calls have no effect. */
  end(): void;
}

interface Place {
  readonly bytes: number;
  /** Start of the wait, then of the turn, in monotonic milliseconds. */
  since: number;
  go: () => void;
}

/**
 * Admits large mails in turns: a burst is received a few mails at a time, first come first served, instead of all of
 * them sitting half received in memory. A mail counts with its expected bytes until it is stored.
 *
 * No client can block the others: a turn ends after TURN_MS while others wait, and a wait always ends after WAIT_MS;
 * the mail proceeds either way. ByteBudget limits the total memory of all mails.
 */
export class ReceiveTurns {
  readonly #limit: number;
  readonly #now: () => number;
  #taken = 0;
  /** Both lists are oldest first. */
  readonly #receiving = new Set<Place>();
  readonly #waiting = new Set<Place>();

  /** @param limit total bytes of the mails that have a turn */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** @param bytes expected size of the mail */
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

  /** Call every second. */
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
