import type { PageState } from '../../api/api.ts';

/** What the server put into the page. */
export const PAGE: PageState = JSON.parse(document.getElementById('page')?.textContent ?? '{}');
