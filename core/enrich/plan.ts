import type { EnrichmentName } from '../mail/enrichment-schema.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { StepSettings } from './step-settings.ts';
import { ASYNC_STEPS, taskStep } from './steps/registry.ts';
import type { Task } from './task.ts';

/** The steps for mails of a route; null for all that are configured. */
interface RouteChoice {
  name: string;
  enrichment: readonly EnrichmentName[] | null;
}

/**
 * The tasks of the asynchronous steps for a mail, in the order of the registry. They depend only on mail and settings,
 * and are stored with the mail: a change of the configuration does not affect mails in flight.
 *
 * @param routes the mail gets the steps of all its routes
 */
export function planTasks(mail: ParsedMail, settings: StepSettings, routes: readonly RouteChoice[]): Task[] {
  const wanted = wantedSteps(mail, routes);
  return ASYNC_STEPS.filter(wanted).flatMap((step) =>
    taskStep(step)
      .plan(mail, settings[step])
      .map((task) => ({ step, ...task })),
  );
}

/** Which of the configured steps a mail gets. A queue without a route gets them all. */
export function wantedSteps(
  mail: Pick<ParsedMail, 'routes'>,
  routes: readonly RouteChoice[],
): (step: EnrichmentName) => boolean {
  const chosen = mail.routes.map(({ name }) => routes.find((route) => route.name === name)?.enrichment ?? null);
  return (step) => chosen.some((steps) => steps === null || steps.includes(step));
}
