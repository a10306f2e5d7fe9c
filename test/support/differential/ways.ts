/** Ways to write one place of a mail: what the grammar has there comes in, what somebody sends instead comes out. */
export type Ways = Readonly<Record<string, (right: string) => string>>;

export const CRLF = '\r\n';
