import type { MailDetail, PageState } from '../../api/api.ts';

/** State that the server embedded in the page. */
export const PAGE: PageState = JSON.parse(document.getElementById('page')?.textContent ?? '{}');

/** The mail embedded in the page. Returned once, because it may have changed by the time it is opened again. */
export function takeMail(id: string): MailDetail | null {
  const { mail } = PAGE;
  PAGE.mail = null;
  return mail?.id === id ? mail : null;
}
