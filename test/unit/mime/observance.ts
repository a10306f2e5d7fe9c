/** The lines of a time zone's STANDARD or DAYLIGHT part (RFC 5545 §3.6.5). */
export const observance = (name: string, start: string, from: string, to: string, ...rest: string[]): string[] => [
  `BEGIN:${name}`,
  `DTSTART:${start}`,
  `TZOFFSETFROM:${from}`,
  `TZOFFSETTO:${to}`,
  ...rest,
  `END:${name}`,
];
