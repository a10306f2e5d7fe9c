import type { MailContent } from './parsed-mail.ts';

/**
 * The author that a mail claims, as far as a policy could apply to it: the address of its only author; `none` without a
 * From field; `unclear` when there are several, or when readers could disagree about who it is.
 */
export type Author = { address: string } | 'none' | 'unclear';

/** The author of a parsed mail. Two From fields are two authors, even with the same address (RFC 5322 §3.6.2). */
export function authorOf({ headers, from, defects }: Pick<MailContent, 'headers' | 'from' | 'defects'>): Author {
  const fields = headers.filter(({ name }) => name.toLowerCase() === 'from').length;
  if (fields === 0) return 'none';
  const [author, ...others] = from;
  const unclear = defects.some(({ code, partId }) => code === 'address.author_unclear' && partId === null);
  if (fields > 1 || author === undefined || others.length > 0 || unclear) return 'unclear';
  return { address: author.address };
}
