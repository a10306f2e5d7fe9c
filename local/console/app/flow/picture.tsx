import type { Flow } from '../../api/api.ts';
import { useMedia } from '../parts/use-media.ts';
import { type Layout, narrowLayout, wideLayout } from './layout.ts';
import { NodeBox } from './node-box.tsx';

/** The diagram of the README with live figures. The table of queues gives the same data to screen readers. */
export function Picture({ flow }: { flow: Flow }) {
  const wide = useMedia('(min-width: 900px)');
  const layout: Layout = wide ? wideLayout(flow.nodes) : narrowLayout(flow.nodes);
  const { width, height, boxWidth, boxHeight, placed, arrows } = layout;
  return (
    <svg class={`flow${flow.rate.minute > 0 ? ' alive' : ''}`} viewBox={`-6 -10 ${width + 12} ${height + 20}`}>
      <title>Mails flow from the edge through the store and the functions to the queues</title>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1 6 4 1 7" />
        </marker>
      </defs>
      {arrows.map((path) => (
        <path class="arrow" d={path} marker-end="url(#arrow)" />
      ))}
      {placed.map(({ node, x, y }) => (
        <g key={node.name} transform={`translate(${x} ${y})`}>
          <NodeBox node={node} rate={flow.rate.minute} store={flow.store} width={boxWidth} height={boxHeight} />
        </g>
      ))}
    </svg>
  );
}
