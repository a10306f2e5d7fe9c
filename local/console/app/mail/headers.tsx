import type { MailDocument } from '../../api/api.ts';
import { count } from '../parts/format.ts';
import { navigate, withQuery } from '../router.ts';

/** All header fields in order, with a filter on names and values that is part of the URL. */
export function Headers({ mail, query }: { mail: MailDocument; query: URLSearchParams }) {
  const filter = query.get('field') ?? '';
  const setFilter = (field: string) =>
    navigate(`/mails/${mail.id}${withQuery(query, { tab: 'headers', field })}`, { replace: true });
  const words = filter.toLowerCase();
  const shown = mail.headers.filter(({ name, value }) => `${name}: ${value}`.toLowerCase().includes(words));
  return (
    <div class="stack">
      <div class="row">
        <label class="grow">
          <span class="visually-hidden">Filter headers</span>
          <input
            class="field"
            type="search"
            placeholder="Filter by name or value"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <output class="muted small">
          {count(shown.length)} of {count(mail.headers.length)}
        </output>
      </div>
      <table class="pairs">
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, value }) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td class="mono">
                <bdi>{value}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {mail.cut.includes('headers') && <p class="muted">Only the first fields are shown; the JSON has all of them.</p>}
    </div>
  );
}
