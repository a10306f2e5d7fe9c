/** A line that no text has: the HTML says that everything behind it is quoted. */
export const CUT_LINE = '\u0000';

/** A line that no text has: the HTML says that the lines behind it say who wrote what is quoted then. */
export const ATTRIBUTION_LINE = '\u0001';
