import { errorText, PermanentError } from '../../core/mail/errors.ts';
import type { EventBus } from '../../core/ports/event-bus.ts';

/**
 * A bus whose every failure is a refusal. Nobody comes after this function: to try the event again would send the mail
 * again, every few minutes for as long as the bus is away.
 */
export function lastChance(bus: EventBus | null): EventBus | null {
  if (bus === null) return null;
  return {
    put: (event) =>
      bus.put(event).catch((error: unknown) => {
        throw new PermanentError('events.given_up', errorText(error), { cause: error });
      }),
  };
}
