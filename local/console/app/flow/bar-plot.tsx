import type { Series } from '../../api/api.ts';
import { count, counted } from '../parts/format.ts';
import { HEIGHT, PlotFrame, WIDTH } from './plot-frame.tsx';

/** Mails received in each step, with the failed ones on top in red. */
export function BarPlot({ title, step, series }: { title: string; step: string; series: Series }) {
  const { received, failed } = series;
  const most = niceTop(Math.max(...received));
  const width = WIDTH / received.length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return (
    <PlotFrame
      title={title}
      series={series}
      top={`${count(most)} per ${step}`}
      legend={
        <>
          {counted(sum(received), 'mail')}
          {sum(failed) > 0 && <span class="bad">, {count(sum(failed))} failed</span>}
        </>
      }
      summary={`${counted(sum(received), 'mail')}, at most ${count(Math.max(...received))} per ${step}, ${count(sum(failed))} failed`}
      tell={(at) => `${counted(received[at] ?? 0, 'mail')}${failed[at] ? `, ${count(failed[at])} failed` : ''}`}
    >
      {received.map((mails, at) => {
        const bad = Math.min(failed[at] ?? 0, mails);
        const y = (value: number) => HEIGHT - (value / most) * (HEIGHT - 4);
        return (
          <>
            <rect
              class="received"
              x={at * width + width * 0.12}
              width={width * 0.76}
              y={y(mails)}
              height={HEIGHT - y(mails)}
            />
            <rect
              class="failed"
              x={at * width + width * 0.12}
              width={width * 0.76}
              y={y(bad)}
              height={HEIGHT - y(bad)}
            />
          </>
        );
      })}
    </PlotFrame>
  );
}

/** The smallest of 1, 2, 5, 10, 20 … that is at least `most`. */
export function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}
