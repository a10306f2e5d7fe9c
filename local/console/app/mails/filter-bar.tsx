import { useEffect, useRef, useState } from 'preact/hooks';
import type { Facet, Facets, IndexState } from '../../api/api.ts';
import { count } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { navigate } from '../router.ts';
import { apiQuery, type FilterName, listAddress, toggled } from './filters.ts';

interface BarProps {
  query: URLSearchParams;
  facets: Facets | null;
  index: IndexState | null;
}

/** Search and filters. Filters are links; the selection is in the URL. */
export function FilterBar({ query, facets, index }: BarProps) {
  return (
    <div class="filters">
      <Search query={query} />
      <nav aria-label="Filters" aria-busy={facets === null}>
        <FilterLink query={query} name="failed" value="true" mails={facets?.failed}>
          Failed
        </FilterLink>
        <FilterLink query={query} name="invoice" value="true" mails={facets?.invoice}>
          Invoices
        </FilterLink>
        <FilterLink query={query} name="attachments" value="true" mails={facets?.attachments}>
          Attachments
        </FilterLink>
        <Menu label="Kind" name="kind" query={query} facets={facets?.kinds} />
        <Menu label="Sender" name="sender" query={query} facets={facets?.senders} />
        <Menu label="Defects" name="defect" query={query} facets={facets?.defects} />
        <Menu label="Route" name="route" query={query} facets={facets?.routes} />
        <Menu label="Malware" name="malware" query={query} facets={facets?.malware} />
        <FilterLink query={query} name="ambiguous" value="true" mails={facets?.ambiguous}>
          Ambiguous
        </FilterLink>
      </nav>
      <IndexLine index={index} />
    </div>
  );
}

/** Updates the URL shortly after the last key, so that each word adds at most one history entry. */
function Search({ query }: { query: URLSearchParams }) {
  const field = useRef<HTMLInputElement>(null);
  const asked = query.get('search') ?? '';
  const [text, setText] = useState(asked);
  // Follows the URL, not the input.
  useEffect(() => setText(asked), [asked]);
  // Restarts only when the text changes.
  useEffect(() => {
    if (text === asked) return;
    const timer = setTimeout(() => search(query, text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  useKeys({ '/': () => field.current?.select() });
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(query, text);
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          class="field"
          type="search"
          aria-label="Search mails"
          placeholder="Search, or from: to: subject: text: file:"
          maxLength={500}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' || event.key === 'ArrowDown') event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </form>
    </search>
  );
}

function search(query: URLSearchParams, text: string): void {
  const changed = apiQuery(query);
  if (text === '') changed.delete('search');
  else changed.set('search', text);
  navigate(listAddress(changed), { replace: query.has('search') });
}

interface LinkProps {
  query: URLSearchParams;
  name: FilterName;
  value: string;
  mails: number | undefined;
  children: string;
}

function FilterLink({ query, name, value, mails, children }: LinkProps) {
  const active = query.get(name) === value;
  return (
    <a class="filter" href={toggled(query, name, value)} aria-current={active ? 'true' : undefined}>
      {children}
      <span class="filter-count">{mails === undefined ? '' : compact(mails)}</span>
    </a>
  );
}

interface MenuProps {
  label: string;
  name: FilterName;
  query: URLSearchParams;
  facets: readonly Facet[] | undefined;
}

/** The values of one filter, each with its number of mails. */
function Menu({ label, name, query, facets = [] }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const active = query.get(name);
  const close = () => menu.current?.removeAttribute('open');
  useEffect(() => {
    const leave = ({ target }: PointerEvent) => {
      if (target instanceof Node && !menu.current?.contains(target)) menu.current?.removeAttribute('open');
    };
    addEventListener('pointerdown', leave);
    return () => removeEventListener('pointerdown', leave);
  }, []);
  if (facets.length === 0 && active === null) return null;
  return (
    <details
      class="menu"
      name="filter"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return;
        event.preventDefault();
        close();
      }}
    >
      <summary class="filter" data-active={active !== null}>
        {active === null ? label : `${label}: ${words(active)}`}
      </summary>
      <ul>
        {facets.map(({ value, mails }) => (
          <li>
            <a href={toggled(query, name, value)} aria-current={active === value ? 'true' : undefined} onClick={close}>
              <span>{words(value)}</span>
              <span class="number muted">{count(mails)}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** `999`, `12k`: at most four characters. */
const compact = (mails: number): string => (mails < 1000 ? String(mails) : `${Math.floor(mails / 1000)}k`);

const words = (value: string): string => value.replaceAll('_', ' ');

/** What the search covers. */
function IndexLine({ index }: { index: IndexState | null }) {
  if (index === null) return <p class="index-line" />;
  const of = index.total === null ? '' : ` of ${count(index.total)}`;
  return (
    <p class="index-line muted small" aria-live="off">
      {index.state === 'building' ? `Reading older mails: ${count(index.mails)}${of}` : `${count(index.mails)} mails`}
    </p>
  );
}
