import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PipelineConfigInput } from '../../../core/config/schema.ts';
import { nameOf } from '../../../rehearsal/guard.ts';
import { type Deployed, deploy } from '../../../rehearsal/run/deploy.ts';
import { type Rehearsed, rehearse } from '../../../rehearsal/run/rehearse.ts';
import { Synthesis } from '../synth.ts';

export interface Rehearsal extends Rehearsed {
  deployed: Deployed;
  stop(): Promise<void>;
}

/**
 * Synthesises a configuration with its bundles, deploys it on this machine and sends mails through it.
 *
 * @param spoil may change the templates in a directory before they are deployed
 */
export async function rehearsalOf(
  config: PipelineConfigInput,
  spoil: (assembly: string) => void = () => {},
): Promise<Rehearsal> {
  const directory = await mkdtemp(join(tmpdir(), 'mail-pipeline-rehearsal-'));
  const assembly = join(directory, 'cdk.out');
  new Synthesis(config, { directory: assembly, checks: false, bundles: true });
  spoil(assembly);
  const deployed = await deploy({ assembly, directory });
  const stop = async () => {
    await deployed.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const rehearsed = await rehearse(deployed, { signal: new AbortController().signal, say: () => {} });
    return { ...rehearsed, deployed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Removes the statement with this Sid from every policy of the templates in a directory. */
export function withoutStatement(assembly: string, stack: string, sid: string): void {
  const file = join(assembly, `${stack}.template.json`);
  const template = readFileSync(file, 'utf8');
  const without = JSON.parse(template, (_key, value) =>
    Array.isArray(value) ? value.filter((each) => Object(each).Sid !== sid) : value,
  );
  if (JSON.stringify(JSON.parse(template)) === JSON.stringify(without)) throw new Error(`${stack} has no ${sid}`);
  writeFileSync(file, JSON.stringify(without));
}

/** Requests of the code that were denied, one per line. */
export const refusedBy = ({ guard }: Deployed): string[] =>
  guard.refused.map(({ access, decision: { by } }) => {
    const reason = by === null ? 'no statement allows it' : `denied by ${by.label}`;
    return `${nameOf(access.principal)} ${access.action} ${access.resource}: ${reason}`;
  });

/** Required checks that failed. */
export const failuresOf = ({ checks }: Rehearsed): string[] => checks.filter(({ ok }) => !ok).map(({ what }) => what);

/** Probes that should have been denied but were allowed. */
export const escapesOf = ({ probed }: Rehearsed): string[] =>
  probed.filter(({ refused }) => !refused).map(({ what }) => what);
