import type { Flow } from '../../api/api.ts';
import { Empty } from '../parts/badge.tsx';
import { count } from '../parts/format.ts';

/** What failed in the last day, where and why, and what helps. */
export function Failures({ failures }: { failures: Flow['failures'] }) {
  return (
    <section class="card">
      <h2>Failures of the last day</h2>
      {failures.length === 0 ? (
        <Empty title="None">
          <p>A mail that fails shows up here with its reason and what to try.</p>
        </Empty>
      ) : (
        <ul class="entries flat">
          {failures.map(({ place, reason, mails, remedy }) => (
            <li>
              <div class="row">
                <a href="/?failed=true">
                  <code>{reason}</code>
                </a>
                <span class="muted">at {place}</span>
                <b class="number push">{count(mails)}</b>
              </div>
              <p class="muted">{remedy}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
