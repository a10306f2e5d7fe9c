import type { Flow } from '../../api/api.ts';
import { Empty } from '../parts/badge.tsx';
import { count } from '../parts/format.ts';

/** Failures of the last day: where, why, and what to do. */
export function Failures({ failures }: { failures: Flow['failures'] }) {
  return (
    <section class="card" id="failures">
      <div class="row">
        <h2>Failures of the last day</h2>
        <a class="push" href="/?failed=true">
          Failed mails
        </a>
      </div>
      {failures.length === 0 ? (
        <Empty title="None">
          <p>
            Failures show up here with place, reason and remedy: whole mails, and failed steps of mails that were
            delivered.
          </p>
        </Empty>
      ) : (
        <ul class="entries flat">
          {failures.map(({ place, reason, mails, remedy }) => (
            <li>
              <div class="row">
                <code>{reason}</code>
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
