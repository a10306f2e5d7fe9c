import { useState } from 'preact/hooks';
import type { Flow } from '../../api/api.ts';
import { useServerEvent } from '../data/events.ts';
import { PAGE } from '../data/page-state.ts';
import { useAnswer } from '../data/use-answer.ts';
import { BalanceLine } from '../flow/balance.tsx';
import { Empty } from '../parts/badge.tsx';
import { Break } from './break.tsx';
import { Compose } from './compose.tsx';
import { Flood } from './flood.tsx';
import { OwnFile } from './own-file.tsx';
import { Samples } from './samples.tsx';

/** A page to send mails, and to inject failures and see that no mail is lost. */
export function TryView() {
  if (PAGE.place.kind !== 'local') {
    return (
      <Empty title="For local mode only">
        <p>
          This page shows a deployment. Sending mails and injecting failures work with <code>mail-pipeline start</code>.
        </p>
        <a class="button" href="/">
          Mails
        </a>
      </Empty>
    );
  }
  return <Local />;
}

/** Rendered once everything is loaded, so that nothing moves later. */
function Local() {
  const flow = useAnswer('GET /api/flow');
  const samples = useAnswer('GET /api/samples');
  const faults = useAnswer('GET /api/faults');
  const [newest, setNewest] = useState<Omit<Flow, 'hour' | 'day'> | null>(null);
  useServerEvent('flow', setNewest);
  const loading = [flow, samples, faults].some(({ answer, error }) => answer === null && error === null);
  if (loading) return <div class="page" aria-busy="true" />;
  const now = newest ?? flow.answer;
  return (
    <div class="page stack wide-gap">
      <div class="page-head">
        <h1>Try things</h1>
        {now !== null && <BalanceLine balance={now.balance} at={now.at} />}
      </div>
      <div class="two">
        <Samples samples={samples.answer?.samples ?? []} />
        <div class="stack">
          <Compose />
          <OwnFile />
        </div>
      </div>
      <Break loaded={faults} />
      <Flood />
    </div>
  );
}
