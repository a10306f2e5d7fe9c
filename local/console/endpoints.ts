import { DEFECT_CODES } from '../../core/mail/defects.ts';
import type { Facet, Facets } from './api/api.ts';
import { notFound } from './http/api-error.ts';
import { decodeMailQuery } from './http/mail-query.ts';
import { type Endpoint, get } from './http/router.ts';
import { type FacetName, facet } from './index/facets.ts';
import type { Known } from './known.ts';

/** The read endpoints of the API. */
export const endpoints = (known: Known): Endpoint[] => [
  get('GET /api/mails', ({ query }) => known.page(decodeMailQuery(query))),
  get('GET /api/mails/:id', async ({ param }) => {
    const mail = await known.mail(param('id'));
    if (mail === null) throw notFound(`mail ${param('id')}`);
    return mail;
  }),
  get('GET /api/flow', () => known.flow.whole()),
  get('GET /api/facets', () => facets(known.index.facets)),
];

function facets(counts: ReadonlyMap<string, number>): Facets {
  const values = (name: FacetName): Facet[] =>
    [...counts]
      .filter(([key]) => key.startsWith(facet(name, '')))
      .map(([key, mails]) => ({ value: key.slice(facet(name, '').length), mails }))
      .sort((a, b) => b.mails - a.mails);
  const yes = (name: FacetName): number => counts.get(facet(name, 'true')) ?? 0;
  return {
    routes: values('route'),
    kinds: values('kind'),
    senders: values('sender'),
    malware: values('malware'),
    defects: values('defect').flatMap((each) => {
      const meaning = Object.entries(DEFECT_CODES).find(([code]) => code === each.value)?.[1];
      return meaning === undefined ? [] : [{ ...each, meaning }];
    }),
    failed: yes('failed'),
    invoice: yes('invoice'),
    attachments: yes('attachments'),
    ambiguous: yes('ambiguous'),
  };
}
