import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Series } from '../../api/api.ts';

export const WIDTH = 600;
export const HEIGHT = 120;

interface FrameProps {
  title: string;
  series: Series;
  /** Label of the upper line. */
  top: string;
  legend: ComponentChildren;
  /** Text for screen readers. */
  summary: string;
  /** Describes the step under the pointer. */
  tell: (step: number) => string;
  children: ComponentChildren;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Title, axes and the reading at the pointer around a plot whose drawing fills `WIDTH` x `HEIGHT`. */
export function PlotFrame({ title, series, top, legend, summary, tell, children }: FrameProps) {
  const [at, setAt] = useState<number | null>(null);
  const steps = series.received.length;
  const from = Date.parse(series.from);
  const time = (step: number) => CLOCK.format(from + step * series.stepMs);
  return (
    <figure class="card plot">
      <figcaption>
        <h2>{title}</h2>
        <span class="muted small">{at === null ? legend : `${time(at)}: ${tell(at)}`}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${summary}`}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const step = Math.floor(((event.clientX - box.left) / box.width) * steps);
          setAt(Math.max(0, Math.min(steps - 1, step)));
        }}
        onPointerLeave={() => setAt(null)}
      >
        <line class="axis" x1="0" x2={WIDTH} y1="0.5" y2="0.5" />
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        {at !== null && <rect class="pointed" x={(at / steps) * WIDTH} width={WIDTH / steps} y="0" height={HEIGHT} />}
        {children}
        <line class="axis base" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      </svg>
      <div class="scale muted" aria-hidden="true">
        <span>{time(0)}</span>
        <span class="top">{top}</span>
        <span>{time(steps)}</span>
      </div>
    </figure>
  );
}
