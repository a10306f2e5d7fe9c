import type { Series } from '../../api/api.ts';
import { duration } from '../parts/format.ts';
import { niceTop } from './bar-plot.tsx';
import { HEIGHT, PlotFrame, WIDTH } from './plot-frame.tsx';

/** p50 and p99 of each step; a gap is a step without mails. */
export function LinePlot({ title, series }: { title: string; series: Series }) {
  const { p50Ms, p99Ms } = series;
  const known = [...p50Ms, ...p99Ms].filter((ms) => ms !== null);
  const most = niceTop(Math.max(1, ...known));
  const last = (values: readonly (number | null)[]) => values.findLast((ms) => ms !== null) ?? null;
  const text = (ms: number | null | undefined) => (typeof ms === 'number' ? duration(ms) : '–');
  return (
    <PlotFrame
      title={title}
      series={series}
      top={duration(most)}
      legend={
        <>
          <i class="key p50" /> p50 {text(last(p50Ms))} <i class="key p99" /> p99 {text(last(p99Ms))}
        </>
      }
      summary={known.length === 0 ? 'no mails' : `at last p50 ${text(last(p50Ms))}, p99 ${text(last(p99Ms))}`}
      tell={(at) => `p50 ${text(p50Ms[at])}, p99 ${text(p99Ms[at])}`}
    >
      <Line name="p99" values={p99Ms} most={most} />
      <Line name="p50" values={p50Ms} most={most} />
    </PlotFrame>
  );
}

/** A single step between two without mails is drawn as a short line, to be visible. */
function Line({ name, values, most }: { name: string; values: readonly (number | null)[]; most: number }) {
  const width = WIDTH / values.length;
  const path = values
    .map((ms, at) => {
      if (ms === null) return '';
      const y = (HEIGHT - (ms / most) * (HEIGHT - 4)).toFixed(1);
      const joined = typeof values[at - 1] === 'number';
      return `${joined ? 'L' : 'M'}${(at * width).toFixed(1)} ${y}H${((at + 1) * width).toFixed(1)}`;
    })
    .join('');
  return <path class={`line ${name}`} d={path} />;
}
