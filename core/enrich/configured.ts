import type * as z from 'zod/mini';
import type { Platform } from '../http/signed-service.ts';

/** A step as users configure it and as the programs need it. Only `configuration` has bounds and defaults. */
export interface Configured<Configuration extends z.ZodMiniType, Settings extends z.ZodMiniType> {
  /** `enrichment.<name>` of the configuration. Built on demand: functions never need it. */
  configuration(): Configuration;
  settings: Settings;
  /** The settings of a step that is off. */
  off: z.output<Settings>;
  /** @throws PermanentError `config.invalid` when the step cannot work on that platform */
  settingsAt(configuration: z.output<Configuration>, platform: Platform): z.output<Settings>;
}

/** Only for the types: the type of each member depends on the others. */
export const configured = <Configuration extends z.ZodMiniType, Settings extends z.ZodMiniType>(
  step: Configured<Configuration, Settings>,
): Configured<Configuration, Settings> => step;
