import type { Step } from '../../../../core/mail/parsed-mail.ts';
import type { DeliveryView, MailDetail, TimelineEvent } from '../../api/api.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { duration, fullTime } from '../parts/format.ts';
import { FailureNote } from './failure.tsx';

/** Timeline, steps and destinations of the mail. */
export function Delivery({ detail }: { detail: MailDetail }) {
  return (
    <div class="stack wide-gap">
      <section class="stack tight">
        <h2>On its way</h2>
        <Timeline events={detail.timeline} />
      </section>
      {detail.steps.length > 0 && (
        <section class="stack tight">
          <h2>Steps</h2>
          <Steps steps={detail.steps} />
          <p class="muted small">
            Each bar shows how long the step took. Start times are not recorded; some steps run concurrently.
          </p>
        </section>
      )}
      {detail.deliveries.length > 0 && (
        <section class="stack tight">
          <h2>Destinations</h2>
          <ul class="entries">
            {detail.deliveries.map((delivery) => (
              <Destination {...delivery} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const EVENTS: Readonly<Record<TimelineEvent['what'], string>> = {
  received: 'DATA began',
  stored: 'Stored in S3, 250 sent',
  enriching: 'Waiting for asynchronous steps',
  parsed: 'Document written',
  queued: 'Sent to the queue',
  sent: 'Sent to',
  failed: 'Failed',
};

/** The events on one time axis, each with its offset from the first. */
function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  const start = Date.parse(events[0]?.at ?? '');
  const end = Date.parse(events.at(-1)?.at ?? '');
  const span = Math.max(1, end - start);
  return (
    <ol class="timeline">
      {events.map(({ what, destination, at, resolutionMs }) => {
        const offset = Date.parse(at) - start;
        return (
          <li>
            <span class="what">
              {EVENTS[what]} {destination !== null && <bdi class="mono">{destination}</bdi>}
            </span>
            <svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <line x1="0" x2="100" y1="5" y2="5" />
              <rect class={what === 'failed' ? 'bad' : ''} x={(offset / span) * 98.5} y="0" width="1.5" height="10" />
            </svg>
            <time class="number muted" dateTime={at} title={fullTime(at)}>
              {offset === 0 && what === 'received'
                ? fullTime(at)
                : `${resolutionMs >= 1000 ? '≈ ' : ''}+${duration(offset)}`}
            </time>
          </li>
        );
      })}
    </ol>
  );
}

const STATUS_TONES: Readonly<Record<Step['status'], Tone>> = {
  ok: 'ok',
  failed: 'bad',
  skipped: 'plain',
  'timed-out': 'warn',
};

function Steps({ steps }: { steps: readonly Step[] }) {
  const longest = Math.max(1, ...steps.map(({ ms }) => ms));
  return (
    <ol class="timeline steps">
      {steps.map(({ name, partId, status, provider, ms, reason, costUsd }) => (
        <li>
          <span class="what">
            <b>{name}</b>
            {partId !== null && <span class="muted small">part {partId}</span>}
            {status !== 'ok' && <Badge tone={STATUS_TONES[status]}>{status}</Badge>}
            {provider !== null && <span class="muted small">{provider}</span>}
            {costUsd > 0 && <span class="muted small">${costUsd.toFixed(4)}</span>}
          </span>
          <svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect
              class={status === 'failed' ? 'bad' : ''}
              y="1"
              height="8"
              width={Math.max(0.5, (ms / longest) * 100)}
            />
          </svg>
          <span class="number muted">{duration(ms)}</span>
          {reason !== null && (
            <p class="reason muted small">
              <bdi>{reason}</bdi>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

const STATES: Readonly<Record<DeliveryView['state'], { tone: Tone; label: string }>> = {
  sent: { tone: 'ok', label: 'sent' },
  failed: { tone: 'bad', label: 'failed' },
  open: { tone: 'warn', label: 'in flight' },
  unrecorded: { tone: 'plain', label: 'sent at first attempt, not recorded' },
};

function Destination({ destination, recipients, state, at, failure }: DeliveryView) {
  return (
    <li>
      <div class="row">
        <h2 class="minor mono">
          <bdi>{destination}</bdi>
        </h2>
        <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>
        {at !== null && <span class="muted small push">{fullTime(at)}</span>}
      </div>
      {recipients.length > 0 && (
        <p class="muted">
          for <bdi>{recipients.join(', ')}</bdi>
        </p>
      )}
      {failure !== null && <FailureNote failure={failure} />}
    </li>
  );
}
