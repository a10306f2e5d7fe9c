/** A line that occurs in no text: marks that the HTML quotes everything after it. */
export const CUT_LINE = '\u0000';

/** A line that occurs in no text: marks that the HTML has the attribution of a quote in the lines after it. */
export const ATTRIBUTION_LINE = '\u0001';
