/** A line that no text has: the HTML says that everything behind it is quoted. */
export const CUT_LINE = '\u0000';
