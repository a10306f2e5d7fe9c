import type { MailContent } from './parsed-mail.ts';

/**
 * Who a mail says it is from, as far as a policy could speak for it: the address of its only author; `none` without a
 * From field; `unclear` when there are several, or when two readers could take different ones.
 */
export type Author = { address: string } | 'none' | 'unclear';

/** The author of a mail that was read. Two From fields are two authors, whoever they name (RFC 5322 §3.6.2). */
export function authorOf({ headers, from, defects }: Pick<MailContent, 'headers' | 'from' | 'defects'>): Author {
  const fields = headers.filter(({ name }) => name.toLowerCase() === 'from').length;
  if (fields === 0) return 'none';
  const [author, ...others] = from;
  const unclear = defects.some(({ code, partId }) => code === 'address.author_unclear' && partId === null);
  if (fields > 1 || author === undefined || others.length > 0 || unclear) return 'unclear';
  return { address: author.address };
}
