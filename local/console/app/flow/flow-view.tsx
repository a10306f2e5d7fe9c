import { useState } from 'preact/hooks';
import type { Flow } from '../../api/api.ts';
import { useServerEvent } from '../data/events.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Empty } from '../parts/badge.tsx';
import { count, duration } from '../parts/format.ts';
import { useEvery } from '../parts/use-every.ts';
import { BalanceLine } from './balance.tsx';
import { Failures } from './failures.tsx';
import { Picture } from './picture.tsx';
import { Plots } from './plots.tsx';
import { Queues } from './queues.tsx';
import { StoreNote } from './store-note.tsx';

/** Series advance by one step a minute; figures are pushed with each change. */
const SERIES_EVERY_MS = 15_000;

/** The current state of the pipeline. */
export function FlowView() {
  const { answer, error, reload } = useAnswer('GET /api/flow');
  const [newest, setNewest] = useState<Omit<Flow, 'hour' | 'day'> | null>(null);
  useServerEvent('flow', setNewest);
  useServerEvent('refresh', reload);
  useEvery(SERIES_EVERY_MS, reload);
  if (error !== null && answer === null) {
    return (
      <Empty title="The flow cannot be shown">
        <p>{error.message}</p>
      </Empty>
    );
  }
  if (answer === null) return <div class="page" aria-busy="true" />;
  const flow: Flow = newest !== null && newest.at > answer.at ? { ...answer, ...newest } : answer;
  const { rate, latency } = flow;
  return (
    <div class="page stack wide-gap">
      <div class="page-head">
        <h1>Flow</h1>
        <BalanceLine balance={flow.balance} at={flow.at} />
      </div>
      <StoreNote store={flow.store} />
      <section class="card picture" aria-label="Diagram of the pipeline">
        <Picture flow={flow} />
      </section>
      <dl class="figures">
        <Figure name="Last minute" value={perMinute(rate.minute)} unit="mails/min" />
        <Figure name="Last hour" value={perMinute(rate.hour)} unit="mails/min" />
        <Figure name={`250 to ${latency.until}, p50`} value={shown(latency.p50Ms, latency.resolutionMs)} />
        <Figure name={`250 to ${latency.until}, p99`} value={shown(latency.p99Ms, latency.resolutionMs)} />
        <Figure name="Failed in 24 h" value={count(flow.balance.failed)} href="/?failed=true" />
      </dl>
      <Plots hour={flow.hour} day={flow.day} until={latency.until} />
      <div class="two">
        <Queues nodes={flow.nodes} latency={latency} />
        <Failures failures={flow.failures} />
      </div>
    </div>
  );
}

const perMinute = (rate: number): string => (rate === 0 || rate >= 10 ? rate.toFixed(0) : rate.toFixed(1));

/** Durations below the resolution are shown as such. */
function shown(ms: number | null, resolutionMs: number): string {
  if (ms === null) return '–';
  return ms < resolutionMs && resolutionMs >= 1000 ? '< 1 s' : duration(ms);
}

function Figure({ name, value, unit, href }: { name: string; value: string; unit?: string; href?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {href === undefined ? value : <a href={href}>{value}</a>} {unit && <small>{unit}</small>}
      </dd>
    </div>
  );
}
