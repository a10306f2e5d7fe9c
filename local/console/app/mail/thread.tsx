import type { ThreadMail } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';
import { fullTime } from '../parts/format.ts';
import { withQuery } from '../router.ts';

/** The indexed mails of a conversation, oldest first. */
export function Thread({ id, mails, query }: { id: string; mails: readonly ThreadMail[]; query: URLSearchParams }) {
  return (
    <ol class="entries thread">
      {mails.map((mail) => (
        <li>
          <a
            href={`/mails/${mail.id}${withQuery(query, { tab: mail.id === id ? 'thread' : null })}`}
            aria-current={mail.id === id ? 'true' : undefined}
          >
            <span class="line">
              <b class="ellipsis">
                <bdi>{mail.from?.name || mail.from?.address || '(no sender)'}</bdi>
              </b>
              {mail.state === 'failed' && <Badge tone="bad">failed</Badge>}
              <time class="number muted small" dateTime={mail.receivedAt}>
                {fullTime(mail.receivedAt)}
              </time>
            </span>
            <span class="ellipsis">
              <bdi>{mail.subject || '(no subject)'}</bdi>
            </span>
            <span class="ellipsis muted small">
              <bdi>{mail.snippet}</bdi>
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}
