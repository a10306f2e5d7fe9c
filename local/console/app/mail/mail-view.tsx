import { useEffect, useRef, useState } from 'preact/hooks';
import type { MailDetail } from '../../api/api.ts';
import { useServerEvent } from '../data/events.ts';
import { takeMail } from '../data/page-state.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Empty } from '../parts/badge.tsx';
import { withQuery } from '../router.ts';
import { MailHead } from './mail-head.tsx';
import { TabContent } from './tab-content.tsx';
import { tabsOf } from './tabs.ts';

/** One mail: a header, and everything known about it in tabs with URLs of their own. */
export function MailView({ id, query }: { id: string; query: URLSearchParams }) {
  const [first] = useState(() => takeMail(id));
  const { answer, error, reload } = useAnswer('GET /api/mails/:id', { id, first });
  useServerEvent('mail', (row) => {
    if (row.id === id) reload();
  });
  useServerEvent('refresh', reload);
  if (error !== null) {
    return (
      <Empty title={error.status === 404 ? 'No such mail' : 'This mail cannot be shown'}>
        <p>{error.status === 404 ? `Nothing is stored under ${id}. Its data may have been deleted.` : error.message}</p>
        <a class="button" href={`/${withQuery(query, { tab: null })}`}>
          All mails
        </a>
      </Empty>
    );
  }
  if (answer === null) return <div class="mail" aria-busy="true" />;
  return <Shown detail={answer} query={query} reload={reload} />;
}

function Shown({ detail, query, reload }: { detail: MailDetail; query: URLSearchParams; reload: () => void }) {
  const tabs = tabsOf(detail);
  const chosen = tabs.find(({ name }) => name === query.get('tab')) ?? tabs[0];
  const top = useRef<HTMLElement>(null);
  const subject = detail.document?.subject || '(no subject)';
  useEffect(() => {
    document.title = `${subject} – mail-pipeline`;
  }, [subject]);
  // A different mail starts at the top.
  useEffect(() => top.current?.closest('.pane')?.scrollTo(0, 0), [detail.id]);
  return (
    <article class="mail" ref={top}>
      <MailHead detail={detail} query={query} reload={reload} />
      <nav class="tabs" aria-label="Parts of the mail">
        {tabs.map((tab) => (
          <a
            href={`/mails/${detail.id}${withQuery(query, { tab: tab.name, field: null })}`}
            aria-current={tab.name === chosen?.name ? 'page' : undefined}
          >
            {tab.label}
            {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
          </a>
        ))}
      </nav>
      <div class="tab">
        {chosen === undefined ? (
          <Empty title="Stored, not parsed yet">
            <p>The mail is waiting for the parser. This page updates itself.</p>
          </Empty>
        ) : (
          <TabContent name={chosen.name} detail={detail} query={query} />
        )}
      </div>
    </article>
  );
}
