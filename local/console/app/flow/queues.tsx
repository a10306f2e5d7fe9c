import type { FlowNode, Latency } from '../../api/api.ts';
import { count, duration } from '../parts/format.ts';
import { Scroll } from '../parts/scroll.tsx';

/** A table with depth and age of every queue, and how long mails took to reach it. */
export function Queues({ nodes, latency }: { nodes: readonly FlowNode[]; latency: Latency }) {
  const times = new Map(latency.byDestination.map(({ destination, ...own }) => [destination, own]));
  const shown = (ms: number | null | undefined) => (typeof ms === 'number' ? duration(ms) : '–');
  return (
    <section class="card">
      <h2>Queues</h2>
      <Scroll kind="scroll-x" name="Queues">
        <table>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                In flight
              </th>
              <th scope="col" class="number">
                Oldest
              </th>
              <th scope="col" class="number">
                Dead letters
              </th>
              {latency.until === 'queue' && (
                <>
                  <th scope="col" class="number">
                    p50
                  </th>
                  <th scope="col" class="number">
                    p99
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ name, kind, queue }) =>
              queue === null ? null : (
                <tr>
                  <th scope="row">{kind === 'function' ? `of the ${name}` : <span class="mono">{name}</span>}</th>
                  <td class="number">{count(queue.visible + queue.delayed)}</td>
                  <td class="number">{count(queue.inFlight)}</td>
                  <td class="number">{shown(queue.oldestMs)}</td>
                  <td class={`number${queue.deadLetters ? ' bad' : ''}`}>
                    {queue.deadLetters === null ? '–' : count(queue.deadLetters)}
                  </td>
                  {latency.until === 'queue' && (
                    <>
                      <td class="number">{shown(times.get(name)?.p50Ms)}</td>
                      <td class="number">{shown(times.get(name)?.p99Ms)}</td>
                    </>
                  )}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
