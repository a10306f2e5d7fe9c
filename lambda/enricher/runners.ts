import type { Task } from '../../core/enrich/task.ts';
import type { EnricherSettings } from '../../core/env/enricher-environment.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { StepRunner } from './runner.ts';

/** The provider of each task, loaded when it is first needed and kept. */
export function runners(_settings: EnricherSettings, _store: ObjectStore): (task: Task) => Promise<StepRunner> {
  const loaded = new Map<string, Promise<StepRunner>>();
  const load = async ({ step, provider }: Task): Promise<StepRunner> => {
    throw new PermanentError('enrich.no_provider', `${provider} is not configured for ${step} (any more)`);
  };
  return (task) => {
    const name = `${task.step} ${task.provider}`;
    const known = loaded.get(name) ?? load(task);
    loaded.set(name, known);
    // What could not be loaded is tried again by the next task.
    known.catch(() => loaded.delete(name));
    return known;
  };
}
