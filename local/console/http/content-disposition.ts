/**
 * Always a download, under a name that is safe in a header (RFC 6266): the file name comes from a mail, so quotes,
 * line ends and everything beyond ASCII go into the percent-encoded form only.
 */
export function contentDisposition(filename: string): string {
  const ascii = filename.replace(/[^\w .()+-]/g, '_');
  const encoded = encodeURIComponent(wellFormed(filename)).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** A lone surrogate has no UTF-8 and becomes U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
