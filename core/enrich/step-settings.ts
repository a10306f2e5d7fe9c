import type * as z from 'zod/mini';
import type { Platform } from '../http/signed-service.ts';
import type { EnrichmentName } from '../mail/enrichment-schema.ts';
import type { SettingsOf } from './step.ts';
import { STEP_NAMES, STEPS } from './steps/registry.ts';

type Steps = typeof STEPS;

/** One part of each step, under its name, with the types that Object.fromEntries loses. */
function ofEachStep<Parts extends Record<EnrichmentName, unknown>>(
  part: (name: EnrichmentName) => Parts[EnrichmentName],
): Parts {
  return Object.fromEntries(STEP_NAMES.map((name) => [name, part(name)])) as Parts;
}

/** Schemas of `enrichment.<name>`, as users write it. */
export const stepConfigurations = () =>
  ofEachStep<{ [Name in EnrichmentName]: ReturnType<Steps[Name]['config']['configuration']> }>((name) =>
    STEPS[name].config.configuration(),
  );

/** Schemas of what parser and enricher need of each step. */
export const STEP_SETTINGS = ofEachStep<{ [Name in EnrichmentName]: Steps[Name]['config']['settings'] }>(
  (name) => STEPS[name].config.settings,
);

export type StepSettings = { [Name in EnrichmentName]: SettingsOf<Steps[Name]['config']> };

export const NO_STEPS = ofEachStep<StepSettings>((name) => STEPS[name].config.off);

type StepConfiguration = {
  [Name in EnrichmentName]: z.output<ReturnType<Steps[Name]['config']['configuration']>>;
};

/** @throws PermanentError `config.invalid` when a step cannot work on that platform */
export const stepSettingsAt = (configuration: StepConfiguration, platform: Platform): StepSettings =>
  ofEachStep<StepSettings>((name) => {
    const config: AnyStepConfig = STEPS[name].config;
    return config.settingsAt(configuration[name], platform);
  });

/** Accepts the configuration of its own step. */
interface AnyStepConfig {
  settingsAt(configuration: unknown, platform: Platform): StepSettings[EnrichmentName];
}
