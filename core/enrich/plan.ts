import type { EnrichmentName } from '../mail/enrichment-schema.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { StepSettings } from './step-settings.ts';
import { ASYNC_STEPS, taskStep } from './steps/registry.ts';
import type { Task } from './task.ts';

/** What the mails of a route are enriched with; null for all that is configured. */
interface RouteChoice {
  name: string;
  enrichment: readonly EnrichmentName[] | null;
}

/**
 * What the asynchronous steps have to do for a mail, in the order of the registry. It depends on nothing but mail and settings,
 * and is kept with the mail: a change of the configuration does not touch mails under way.
 *
 * @param routes the mail gets what one of its routes wants
 */
export function planTasks(mail: ParsedMail, settings: StepSettings, routes: readonly RouteChoice[]): Task[] {
  const wanted = wantedSteps(mail, routes);
  return ASYNC_STEPS.filter(wanted).flatMap((step) =>
    taskStep(step)
      .plan(mail, settings[step])
      .map((task) => ({ step, ...task })),
  );
}

/** Which steps a mail gets, of those that are configured. A queue without a route wants them all. */
export function wantedSteps(
  mail: Pick<ParsedMail, 'routes'>,
  routes: readonly RouteChoice[],
): (step: EnrichmentName) => boolean {
  const chosen = mail.routes.map(({ name }) => routes.find((route) => route.name === name)?.enrichment ?? null);
  return (step) => chosen.some((steps) => steps === null || steps.includes(step));
}
