import type { FlowNode } from '../../api/api.ts';
import { count, duration } from '../parts/format.ts';
import { Scroll } from '../parts/scroll.tsx';

/** Depth and age of every queue, as a table. */
export function Queues({ nodes }: { nodes: readonly FlowNode[] }) {
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
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ name, kind, queue }) =>
              queue === null ? null : (
                <tr>
                  <th scope="row">{kind === 'function' ? `of the ${name}` : <span class="mono">{name}</span>}</th>
                  <td class="number">{count(queue.visible + queue.delayed)}</td>
                  <td class="number">{count(queue.inFlight)}</td>
                  <td class="number">{queue.oldestMs === null ? '–' : duration(queue.oldestMs)}</td>
                  <td class={`number${queue.deadLetters ? ' bad' : ''}`}>
                    {queue.deadLetters === null ? '–' : count(queue.deadLetters)}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
