import type { AsyncStep } from '../../core/enrich/steps/registry.ts';
import type { Task } from '../../core/enrich/task.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type { CreateRunner, RunnerDependencies, StepRunner } from './runner.ts';

/** The runner of each step: by its type, every asynchronous step of the registry needs one. */
type Runners = { [Step in AsyncStep]: () => Promise<{ createRunner: CreateRunner<Step> }> };

const RUNNERS: Runners = {
  ocr: () => import('./steps/ocr/runner.ts'),
  malware: () => import('./steps/malware/runner.ts'),
  detonation: () => import('./steps/detonation/runner.ts'),
  sentiment: () => import('./steps/sentiment/runner.ts'),
  entities: () => import('./steps/entities/runner.ts'),
  pii: () => import('./steps/pii/runner.ts'),
  model: () => import('./steps/model/runner.ts'),
};

/** The provider of each step, loaded on first use and cached. */
export function runners(deps: RunnerDependencies): (task: Task) => Promise<StepRunner> {
  const loaded = new Map<AsyncStep, Promise<StepRunner>>();
  const load = async (step: AsyncStep): Promise<StepRunner> => {
    const { createRunner } = await RUNNERS[step]();
    const runner = await createRunner(deps);
    if (runner !== null) return runner;
    throw new PermanentError('enrich.not_configured', `${step} has been removed from the configuration`);
  };
  return ({ step }) => {
    const runner = loaded.get(step) ?? load(step);
    loaded.set(step, runner);
    // The next task retries a failed load.
    runner.catch(() => loaded.delete(step));
    return runner;
  };
}
