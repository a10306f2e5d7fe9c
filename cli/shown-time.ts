/** A time for a row: to the second on a terminal, in full where programs read it. Never truncated. */
export const shownTime = (iso: string, columns: number | null): string =>
  columns === null ? iso : `${iso.slice(0, 19)}Z`;
