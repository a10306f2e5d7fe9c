import { PermanentError } from '../mail/errors.ts';
import { explain } from '../settings/explain.ts';
import { reachFindings } from './check-reach.ts';
import { parseConfig } from './define-config.ts';
import { memoryFault } from './edge-memory.ts';
import type { PipelineConfig } from './schema.ts';

/** A configuration that can be deployed: it names the domains. */
export interface DeployableConfig extends PipelineConfig {
  domains: string[];
}

/**
 * Command-line overrides. `placeholderDomain` is used when the configuration has no `domains`, so that templates can be
 * inspected before anything is decided; `npm run synth` passes one, a deployment does not.
 */
export interface DeployOverrides {
  stage?: string | undefined;
  placeholderDomain?: string | undefined;
  /** Name of the configuration in error messages. Default "pipeline.config.ts". */
  source?: string;
}

/** @throws PermanentError `config.invalid` naming field, value and remedy */
export function deployableConfig(config: PipelineConfig, overrides: DeployOverrides = {}): DeployableConfig {
  const stage = overrides.stage ?? config.stage;
  const { source = 'pipeline.config.ts' } = overrides;
  const checked = parseConfig({ ...config, stage }, source);
  const fault = memoryFault(checked);
  if (fault !== null) throw new PermanentError('config.invalid', `${source}:\n  ${fault}`);
  const findings = [...reachFindings(checked)];
  if (findings.length > 0) {
    throw new PermanentError('config.invalid', `${source}:\n${explain(findings, checked)}`);
  }
  const domains = checked.domains ?? (overrides.placeholderDomain === undefined ? [] : [overrides.placeholderDomain]);
  if (domains.length > 0) return { ...checked, domains };
  throw new PermanentError(
    'config.invalid',
    `${source}:\n  domains is ${JSON.stringify(config.domains) ?? 'missing'}: name the domains to receive mail for, such as ["example.com"]`,
  );
}
