import type { MailDetail } from '../../api/api.ts';
import { Badge, Note } from '../parts/badge.tsx';
import { bytes, duration, fullTime } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { PersonList } from '../parts/person.tsx';
import { withQuery } from '../router.ts';
import { MailActions } from './actions.tsx';
import { FailureNote } from './failure.tsx';
import { SENDER_TONES } from './sender.tsx';

/** The header above the tabs: subject, people, time, and whatever the reader must know first. */
export function MailHead({
  detail,
  query,
  reload,
}: {
  detail: MailDetail;
  query: URLSearchParams;
  reload: () => void;
}) {
  const { id, document, envelope, sender, state } = detail;
  return (
    <header class="mail-head">
      <a class="back" href={`/${withQuery(query, { tab: null })}`}>
        <Icon name="back" /> Mails
      </a>
      <h1>
        <bdi>{document?.subject || (document === null ? id : '(no subject)')}</bdi>
      </h1>
      <div class="people">
        <p>
          {document === null ? (
            <bdi>{envelope?.mailFrom || 'Sender unknown'}</bdi>
          ) : (
            <PersonList people={document.from} />
          )}
        </p>
        <p class="muted">
          to{' '}
          <bdi>
            {(envelope?.rcptTo ?? document?.to.map(({ address }) => address) ?? []).join(', ') ||
              'undisclosed recipients'}
          </bdi>
        </p>
      </div>
      <p class="muted small meta">
        <time dateTime={detail.receivedAt}>{fullTime(detail.receivedAt)}</time>
        {detail.raw !== null && <span>{bytes(detail.raw.size)}</span>}
        <Reached detail={detail} />
        {document !== null && document.kind !== 'message' && <Badge tone="accent">{document.kind}</Badge>}
        {document !== null && document.revision > 1 && <Badge>revision {document.revision}</Badge>}
        {document?.ambiguous && <Badge tone="warn">ambiguous</Badge>}
        {document?.duplicateOf && <a href={`/mails/${document.duplicateOf}`}>a repeated delivery of an earlier mail</a>}
      </p>
      <MailActions detail={detail} reload={reload} />
      {detail.failures.map((failure) => (
        <FailureNote failure={failure} />
      ))}
      {state === 'waiting' && <Note>The mail is stored and waiting for the parser. This page updates itself.</Note>}
      {detail.unreadable && <Note tone="warn">This version cannot read the document. Its JSON is shown below.</Note>}
      {sender !== null && (
        <a class="sentence" href={`/mails/${id}${withQuery(query, { tab: 'sender' })}`}>
          <Note tone={SENDER_TONES[sender.level]}>
            <bdi>{sender.sentence}</bdi>
          </Note>
        </a>
      )}
    </header>
  );
}

/** Time from the 250 to the last recorded event: the queue, else the document. */
function Reached({ detail }: { detail: MailDetail }) {
  const stored = detail.timeline.find(({ what }) => what === 'stored');
  const last = detail.timeline.findLast(({ what }) => what === 'sent' || what === 'queued' || what === 'parsed');
  if (stored === undefined || last === undefined) return null;
  const ms = Date.parse(last.at) - Date.parse(stored.at);
  const coarse = Math.max(stored.resolutionMs, last.resolutionMs) >= 1000;
  const done = last.what === 'parsed' ? 'parsed' : 'in the queue';
  return <span>{coarse && ms < 1000 ? `${done} within a second` : `${done} after ${duration(ms)}`}</span>;
}
