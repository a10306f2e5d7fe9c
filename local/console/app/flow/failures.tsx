import type { Flow } from '../../api/api.ts';
import { Empty } from '../parts/badge.tsx';
import { count } from '../parts/format.ts';

/** What failed in the last day, where and why, and what helps. */
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
            What fails shows up here with its place, its reason and what to try: whole mails, and steps of mails that
            went out.
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
