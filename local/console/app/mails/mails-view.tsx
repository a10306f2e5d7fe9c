import { useServerEvent } from '../data/events.ts';
import { PAGE } from '../data/page-state.ts';
import { useAnswer } from '../data/use-answer.ts';
import { MailView } from '../mail/mail-view.tsx';
import { Empty } from '../parts/badge.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { navigate } from '../router.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { FilterBar } from './filter-bar.tsx';
import { apiQuery, listAddress } from './filters.ts';
import { List } from './list.tsx';
import { useChoice } from './use-choice.ts';
import { type MailList, useMails } from './use-mails.ts';

/** List and mail: side by side where there is room, otherwise one at a time. */
export function MailsView({ openId, query }: { openId: string | null; query: URLSearchParams }) {
  const filter = apiQuery(query).toString();
  const list = useMails(filter);
  const facets = useAnswer('GET /api/facets');
  useServerEvent('index', facets.reload);
  const choice = useChoice(() => list.rows.map(({ id }) => id));
  useKeys({
    Escape: () => {
      if (choice.ids.size > 0) choice.clear();
      else if (openId !== null) navigate(listAddress(apiQuery(query)));
    },
  });
  const addressOf = (id: string) => {
    const search = apiQuery(query);
    const tab = query.get('tab');
    if (tab !== null) search.set('tab', tab);
    const text = search.toString();
    return `/mails/${id}${text === '' ? '' : `?${text}`}`;
  };
  return (
    <div class={`mails${openId === null ? '' : ' reading'}`}>
      <div class="pane list-pane">
        <h1 class="visually-hidden">Mails</h1>
        <div class="filter-place">
          <FilterBar query={query} facets={facets.answer} index={list.index} />
          {choice.ids.size > 0 && <ChosenBar ids={[...choice.ids]} clear={choice.clear} />}
        </div>
        {list.rows.length > 0 ? (
          <List list={list} openId={openId} addressOf={addressOf} choice={choice} />
        ) : (
          <NoMails list={list} filtered={filter !== ''} />
        )}
      </div>
      <div class="pane mail-pane">{openId === null ? <NothingOpen /> : <MailView id={openId} query={query} />}</div>
    </div>
  );
}

function NoMails({ list, filtered }: { list: MailList; filtered: boolean }) {
  if (list.error !== null) {
    return (
      <Empty title="The list cannot be shown">
        <p>{list.error.message}</p>
      </Empty>
    );
  }
  if (list.loading) return <div class="list" aria-busy="true" />;
  if (filtered) {
    return (
      <Empty title="No matching mails">
        <p>{list.index?.state === 'building' ? 'Older mails are still being read.' : 'Try fewer words or filters.'}</p>
        <a class="button" href="/">
          Show all mails
        </a>
      </Empty>
    );
  }
  return (
    <Empty title="No mails yet">
      <p>They appear here as they arrive, without reloading.</p>
      {PAGE.place.kind === 'local' && (
        <a class="button primary" href="/try">
          Send one
        </a>
      )}
    </Empty>
  );
}

function NothingOpen() {
  return (
    <Empty title="Select a mail">
      <p>
        <kbd>↑</kbd> <kbd>↓</kbd> to move, <kbd>Enter</kbd> to open, <kbd>/</kbd> to search, <kbd>?</kbd> for all keys.
      </p>
    </Empty>
  );
}
