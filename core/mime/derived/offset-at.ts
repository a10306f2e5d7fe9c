/** Seconds ahead of UTC at a local time, given as milliseconds as if it were UTC; null when nothing says. */
export type OffsetAt = (local: number) => number | null;
