/** Milliseconds after which a session may have to make room: of silence, and of sending one mail. */
const PATIENCE_MS = { silent: 1_000, sending: 10_000 };
/** A mail is broken off only for a source that has so many times fewer sessions. */
const SHARE_OF_SENDING = 10;

/** What a session could be ended in the middle of, and for how many milliseconds it has been at it. */
export interface Held {
  kind: 'silent' | 'sending';
  ms: number;
}

/** What is asked of a session. */
export interface Holder {
  /** `sourceOf` its address. */
  readonly source: string;
  /** Null when it is not to be ended: a command is at work, or a mail is being stored. */
  held(now: number): Held | null;
}

/**
 * When the edge is full: the session that makes room for a new source. It is one of the source that has the most, the one
 * that has been silent the longest before one that has long been sending a mail, whose sender tries again. Null when the newcomer's
 * source has as many as the others. An attacker that holds every session from a few addresses cannot shut everybody else out.
 *
 * @param newcomer its source
 * @param open sessions that a source has; the newcomer counts
 */
export function sessionToEnd<T extends Holder>(
  sessions: Iterable<T>,
  newcomer: string,
  open: (source: string) => number,
  now: number,
): T | null {
  const own = open(newcomer);
  let best: { session: T; rank: readonly number[] } | null = null;
  for (const session of sessions) {
    const held = session.held(now);
    const others = open(session.source);
    if (held === null || held.ms < PATIENCE_MS[held.kind] || others <= own) continue;
    if (held.kind === 'sending' && others < SHARE_OF_SENDING * own) continue;
    const rank = [held.kind === 'silent' ? 1 : 0, others, held.ms];
    if (best === null || isHigher(rank, best.rank)) best = { session, rank };
  }
  return best?.session ?? null;
}

/** The first number that differs decides. */
function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at !== -1 && (a[at] ?? 0) > (b[at] ?? 0);
}
