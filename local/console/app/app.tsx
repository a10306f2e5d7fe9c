import { useEffect, useState } from 'preact/hooks';
import { FlowView } from './flow/flow-view.tsx';
import { MailsView } from './mails/mails-view.tsx';
import { Empty } from './parts/badge.tsx';
import { isView, usePlace } from './router.ts';
import { Shell } from './shell.tsx';
import { TryView } from './try/try-view.tsx';

export function App() {
  const place = usePlace();
  const openId = /^\/mails\/([0-9A-Z]+)$/.exec(place.path)?.[1] ?? null;
  const title = place.path === '/flow' ? 'Flow' : place.path === '/try' ? 'Try things' : 'Mails';
  useEffect(() => {
    // An open mail sets its subject as the title.
    if (openId === null) document.title = `${title} – mail-pipeline`;
  }, [title, openId]);
  // Paint the bar first: rendering a view takes too long for a blank page.
  const [begun, setBegun] = useState(false);
  useEffect(() => setBegun(true), []);
  if (!begun) {
    return (
      <Shell place={place}>
        <div aria-busy="true" />
      </Shell>
    );
  }
  return (
    <Shell place={place}>
      {place.path === '/flow' && <FlowView />}
      {place.path === '/try' && <TryView />}
      {(place.path === '/' || openId !== null) && <MailsView openId={openId} query={place.query} />}
      {!isView(place.path) && (
        <Empty title="No such page">
          <p>The console shows mails, the flow, and a page to try things.</p>
          <a class="button" href="/">
            Mails
          </a>
        </Empty>
      )}
    </Shell>
  );
}
