/** Seconds ahead of UTC at a local time, given in milliseconds as if it were UTC; null when unknown. */
export type OffsetAt = (local: number) => number | null;
