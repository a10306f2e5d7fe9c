import { printable } from '../core/log/printable.ts';
import { type Noted, nameOf } from './guard.ts';
import type { Deployed } from './run/deploy.ts';
import type { Rehearsed } from './run/rehearse.ts';

/** The findings of a rehearsal, for people. */
export interface Report {
  lines: string[];
  /** Whether the deployment would work, as far as the rehearsal can tell. */
  ok: boolean;
}

/** Maximum number of unneeded statements to list; the rest are counted. */
const MOST_UNNEEDED = 20;

export function reportOf(deployed: Deployed, { checks, probed, unneeded }: Rehearsed): Report {
  const failed = checks.filter(({ ok }) => !ok).map(({ what }) => what);
  const escaped = probed.filter(({ refused }) => !refused).map(({ what }) => what);
  const refused = deployed.guard.refused.map(refusal);
  const faults = deployed.faults();
  const labels = unneeded.map(({ label }) => label);
  const more = labels.length > MOST_UNNEEDED ? [`and ${labels.length - MOST_UNNEEDED} more`] : [];
  const lines = [
    ...section('made', made(deployed)),
    ...section('changed in the environment of the programs', changed(deployed)),
    ...section('allowed', allowed(deployed.guard.noted)),
    ...section('statements that no request needed', [...labels.slice(0, MOST_UNNEEDED), ...more]),
    ...section('denied but needed', refused),
    ...section('allowed but forbidden', escaped),
    ...section('not deployable, or not modelled', faults),
    ...section('expected but did not happen', failed),
    `${checks.length - failed.length} of ${checks.length} checks passed, ` +
      `${probed.length - escaped.length} of ${probed.length} forbidden requests were denied, ` +
      `${refused.length} needed requests were denied.`,
  ];
  const ok = [failed, escaped, refused, faults].every((each) => each.length === 0);
  return { lines: lines.map(printable), ok };
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

function made({ edge, functions, buckets, queues, resources, guard }: Deployed): string[] {
  const rows = [
    ...(edge === null ? [] : [['edge', edge.deployed.image]]),
    ...functions.map(({ deployed }) => ['function', deployed.name]),
    ...buckets.map(({ name, keyArn, locked }) => [
      'bucket',
      name + (keyArn === null ? '' : ', own key') + (locked ? ', Object Lock' : ''),
    ]),
    ...queues.map(({ name, keyArn }) => ['queue', name + (keyArn === null ? '' : ', own key')]),
    ...resources.of('AWS::SNS::Topic').map(({ ref }) => ['topic', ref]),
    ['roles', String(guard.policies.identity.size)],
  ];
  return table(rows);
}

const changed = ({ changes }: Deployed): string[] =>
  table([...changes.values()].map(({ variable, why }) => [variable, why]));

/** Number of requests by principal and action. */
function allowed(noted: readonly Noted[]): string[] {
  const counts = new Map<string, number>();
  for (const { access, decision, count } of noted) {
    const key = JSON.stringify([nameOf(access.principal), access.action]);
    if (decision.allowed) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  const rows = [...counts].map(([key, count]) => [...(JSON.parse(key) as string[]), `${count}×`]);
  return table(rows.sort((a, b) => (a.join() < b.join() ? -1 : 1)));
}

function refusal({ access, decision: { by } }: Noted): string {
  const reason = by === null ? 'no statement allows it' : `denied by ${by.label}`;
  return `${nameOf(access.principal)}  ${access.action}  ${access.resource}: ${reason}`;
}

/** Aligns columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
