import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import { notFound } from '../http/api-error.ts';
import { type Endpoint, get } from '../http/router.ts';
import { type ReadStore, readRecord } from '../mail/record.ts';
import { htmlView } from './html-view.ts';
import { attachmentOf } from './serve-content.ts';

/** API endpoints for the content of a mail. */
export const contentEndpoints = ({ store, buckets }: { store: ReadStore; buckets: Buckets }): Endpoint[] => [
  get('GET /api/mails/:id/html', async ({ param, query }) => {
    const document = (await readRecord(store, buckets, param('id')))?.document ?? null;
    const part = query.get('part');
    const shown =
      document === null || part === null ? document : attachmentOf(document, encodeURIComponent(part))?.message;
    if (!shown || shown.html === null) throw notFound('HTML');
    const { html: _, ...facts } = await htmlView({ html: shown.html, attachments: shown.attachments }, store);
    return facts;
  }),
];
