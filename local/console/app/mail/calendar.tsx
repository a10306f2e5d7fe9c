import type { CalendarEvent } from '../../../../core/mail/calendar-schema.ts';
import type { MailDocument } from '../../api/api.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { fullTime } from '../parts/format.ts';

/** Invitations, answers and cancellations. */
export function CalendarView({ mail }: { mail: MailDocument }) {
  const { calendar } = mail;
  if (calendar === null) return null;
  return (
    <ul class="entries">
      {calendar.events.map((event) => (
        <Event event={event} method={calendar.method} />
      ))}
    </ul>
  );
}

function Event({ event, method }: { event: CalendarEvent; method: string | null }) {
  const { summary, location, start, end, timeZone, recurrence, organizer, attendees, status } = event;
  return (
    <li>
      <div class="row">
        <h2>
          <bdi>{summary ?? '(no title)'}</bdi>
        </h2>
        {method !== null && <Badge tone="accent">{method.toLowerCase()}</Badge>}
        {status !== null && <Badge>{status.toLowerCase()}</Badge>}
      </div>
      <Facts
        rows={[
          ['When', when(start, end)],
          ['Time zone', timeZone && <bdi>{timeZone}</bdi>],
          ['Repeats', recurrence && <bdi class="mono">{recurrence}</bdi>],
          ['Where', location && <bdi>{location}</bdi>],
          ['Organizer', organizer && <bdi>{organizer.name || organizer.address}</bdi>],
          ...attendees.map(
            ({ name, address, status: answer }, at) =>
              [
                at === 0 ? 'Attendees' : '',
                <>
                  <bdi>{name || address}</bdi>{' '}
                  {answer !== null && <Badge>{answer.toLowerCase().replaceAll('-', ' ')}</Badge>}
                </>,
              ] as const,
          ),
        ]}
      />
    </li>
  );
}

/** Shows an instant in local time; a date, or a time without a zone, unchanged. */
function when(start: string | null, end: string | null): string | null {
  const shown = [start, end].flatMap((time) => (time === null ? [] : [time.endsWith('Z') ? fullTime(time) : time]));
  return shown.length === 0 ? null : shown.join(' – ');
}
