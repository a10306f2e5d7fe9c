import type * as z from 'zod/mini';
import type { Platform } from '../http/signed-service.ts';

/** What a user writes for a step, and what the programs make of it: bounds and defaults stand in `configuration` alone. */
export interface Configured<Configuration extends z.ZodMiniType, Settings extends z.ZodMiniType> {
  /** `enrichment.<name>` of the configuration. Made when it is asked for: the functions never do. */
  configuration(): Configuration;
  settings: Settings;
  /** The settings of a step that nobody wants. */
  off: z.output<Settings>;
  /** @throws PermanentError `config.invalid` when the step cannot work at that place */
  settingsAt(configuration: z.output<Configuration>, platform: Platform): z.output<Settings>;
}

/** For its types: each member knows those of the others. */
export const configured = <Configuration extends z.ZodMiniType, Settings extends z.ZodMiniType>(
  step: Configured<Configuration, Settings>,
): Configured<Configuration, Settings> => step;
