import type { Latency, Series } from '../../api/api.ts';
import { BarPlot } from './bar-plot.tsx';
import { LinePlot } from './line-plot.tsx';

/** The last hour in steps of a minute, the last day in steps of ten minutes. */
export function Plots({ hour, day, until }: { hour: Series; day: Series; until: Latency['until'] }) {
  return (
    <div class="plots">
      <BarPlot title="Mails of the last hour" step="minute" series={hour} />
      <BarPlot title="Mails of the last day" step="10 minutes" series={day} />
      <LinePlot title={`From 250 to the ${until}, last hour`} series={hour} />
      <LinePlot title={`From 250 to the ${until}, last day`} series={day} />
    </div>
  );
}
