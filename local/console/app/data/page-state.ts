import type { MailDetail, PageState } from '../../api/api.ts';

/** What the server put into the page. */
export const PAGE: PageState = JSON.parse(document.getElementById('page')?.textContent ?? '{}');

/** The mail that the page came with, once: what is opened again later may have changed. */
export function takeMail(id: string): MailDetail | null {
  const { mail } = PAGE;
  PAGE.mail = null;
  return mail?.id === id ? mail : null;
}
