/** A time as a row shows it: whole where programs read it, to the second on a terminal. It is never cut. */
export const shownTime = (iso: string, columns: number | null): string =>
  columns === null ? iso : `${iso.slice(0, 19)}Z`;
