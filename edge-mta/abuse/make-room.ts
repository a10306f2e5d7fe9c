/** Milliseconds of silence, or of sending one mail, after which a session may be ended to make room. */
const PATIENCE_MS = { silent: 1_000, sending: 10_000 };
/** A mail is interrupted only for a source with this many times fewer sessions. */
const SHARE_OF_SENDING = 10;

/** What a session would be interrupted in, and for how many milliseconds that has lasted. */
export interface Held {
  kind: 'silent' | 'sending';
  ms: number;
}

/** A session, as far as this decision needs it. */
export interface Holder {
  /** `sourceOf` its address. */
  readonly source: string;
  /** Null when it must not be ended, because a command is running or a mail is being stored. */
  held(now: number): Held | null;
}

/**
 * Chooses the session to end when the edge is full and a new source connects. It takes one from the source with the
 * most sessions: first the one silent for longest, then one that has long been sending a mail, whose sender will retry.
 * Null when the newcomer's source has as many as the others. So an attacker that holds every session from a few
 * addresses cannot lock everyone else out.
 *
 * @param newcomer source of the new connection
 * @param open number of sessions of a source, the newcomer included
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
