import type { MailRow } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';
import { shortTime } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import type { Choice } from './use-choice.ts';

/** Height of every row, in pixels; the style sheet has it too. */
export const ROW_HEIGHT = 76;

interface RowProps {
  mail: MailRow;
  at: number;
  address: string;
  open: boolean;
  chosen: boolean;
  choice: Choice;
}

/** A mail in the list: sender, time, subject, recipients and attachments. */
export function Row({ mail, at, address, open, chosen, choice }: RowProps) {
  const from = mail.from?.name || mail.from?.address || '(no sender)';
  const more = mail.recipients - 1;
  return (
    <li
      class={`mail-row${chosen ? ' chosen' : ''}`}
      style={{ top: `${at * ROW_HEIGHT}px` }}
      // Shift-click selects a range; keep the browser from selecting text.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
    >
      <input
        type="checkbox"
        checked={chosen}
        onClick={(event) => (event.shiftKey ? choice.extendTo(mail.id) : choice.toggle(mail.id))}
        aria-label={`Select ${mail.subject ?? mail.id}`}
      />
      <a
        href={address}
        aria-current={open ? 'true' : undefined}
        data-row={at}
        onClick={(event) => {
          if (!event.shiftKey) return;
          event.preventDefault();
          choice.extendTo(mail.id);
        }}
      >
        <span class="line">
          <b class="ellipsis">
            <bdi>{from}</bdi>
          </b>
          <time class="number muted small" dateTime={mail.receivedAt}>
            {shortTime(mail.receivedAt)}
          </time>
        </span>
        <span class="line">
          <span class="ellipsis">
            <bdi>{mail.subject || '(no subject)'}</bdi>
            {mail.snippet !== '' && (
              <span class="muted">
                {' — '}
                <bdi>{mail.snippet}</bdi>
              </span>
            )}
          </span>
          <Marks mail={mail} />
        </span>
        <span class="line muted small">
          <span class="ellipsis">
            to <bdi>{mail.to[0] ?? 'undisclosed recipients'}</bdi>
            {more > 0 && ` and ${more} more`}
          </span>
          <Files mail={mail} />
        </span>
      </a>
    </li>
  );
}

/** Badges, the worst first; an ordinary mail has none. */
function Marks({ mail }: { mail: MailRow }) {
  return (
    <span class="marks">
      {mail.state === 'failed' && <Badge tone="bad">failed</Badge>}
      {mail.malware === 'infected' && <Badge tone="bad">infected</Badge>}
      {mail.sender === 'contradicted' && <Badge tone="bad">forged?</Badge>}
      {mail.ambiguous && <Badge tone="warn">ambiguous</Badge>}
      {!mail.ambiguous && mail.defects.length > 0 && <Badge tone="warn">defects</Badge>}
      {mail.invoice && <Badge tone="accent">invoice</Badge>}
      {mail.kind !== 'message' && <Badge>{mail.kind}</Badge>}
      {mail.sender === 'verified' && (
        <span class="ok" title="Sender verified">
          <Icon name="ok" />
          <span class="visually-hidden">sender verified</span>
        </span>
      )}
    </span>
  );
}

function Files({ mail }: { mail: MailRow }) {
  const [first] = mail.attachments;
  if (first === undefined) return null;
  const others = mail.attachmentCount - 1;
  return (
    <span class="files">
      <Icon name="attachment" />
      <span class="ellipsis">
        <bdi>{first.filename ?? first.contentType}</bdi>
      </span>
      {others > 0 && <span>+{others}</span>}
    </span>
  );
}
