/**
 * Always a download, with a name that is safe in a header (RFC 6266). The file name comes from a mail, so quotes, line
 * ends and non-ASCII characters appear only in the percent-encoded form.
 */
export function contentDisposition(filename: string): string {
  const ascii = filename.replace(/[^\w .()+-]/g, '_');
  const encoded = encodeURIComponent(wellFormed(filename)).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Replaces a lone surrogate, which UTF-8 cannot encode, by U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
