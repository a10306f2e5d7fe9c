import { domainToASCII } from 'node:url';
import { globMatcher } from './glob.ts';

/** The form in which domains are compared: A-labels in lower case. Null when IDNA does not allow it. */
export function normalizeDomain(domain: string): string | null {
  return domainToASCII(domain).toLowerCase() || null;
}

/** `info+tag` is looked up as written, then as `info` (RFC 5233). Case-insensitive. */
export function mailboxNames(localPart: string, tagSeparator: string | null): string[] {
  const name = localPart.toLowerCase();
  const at = tagSeparator === null ? -1 : name.indexOf(tagSeparator);
  return at > 0 ? [name, name.slice(0, at)] : [name];
}

/**
 * A pattern of the configuration: `info@example.com`, or `info` for every domain; `*` matches any characters.
 *
 * @returns a predicate for a local part in lower case and a domain as `normalizeDomain` gives it
 */
export function recipientPattern(pattern: string): (localPart: string, domain: string) => boolean {
  const split = pattern.lastIndexOf('@');
  const local = globMatcher(pattern.slice(0, split === -1 ? undefined : split).toLowerCase());
  if (split === -1) return (name) => local(name);
  const written = pattern.slice(split + 1);
  const domain = globMatcher(normalizeDomain(written) ?? written.toLowerCase());
  return (name, at) => domain(at) && local(name);
}
