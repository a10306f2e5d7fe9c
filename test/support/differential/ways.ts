/**
 * Ways to write one place of a mail: each takes what the grammar has there and returns what some sender writes instead.
 */
export type Ways = Readonly<Record<string, (right: string) => string>>;

export const CRLF = '\r\n';
