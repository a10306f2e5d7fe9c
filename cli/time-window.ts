import type { TimeWindow } from '../core/outcome/raw-objects.ts';
import { UsageError } from '../core/terminal/arguments.ts';

export const windowOptions = {
  since: {
    type: 'string',
    value: 'TIME',
    about: 'mails received since TIME: 2026-11-22, 2026-11-22T10:30Z, or how long ago (90m, 2h, 3d)',
  },
  until: { type: 'string', value: 'TIME', about: 'mails received before TIME' },
} as const;

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws UsageError naming the flag */
export function timeWindow(values: { since?: string; until?: string }, now: Date): TimeWindow {
  const since = values.since === undefined ? null : time('--since', values.since, now);
  const until = values.until === undefined ? null : time('--until', values.until, now);
  if (since !== null && until !== null && since >= until) {
    throw new UsageError(`--until ${values.until} is not after --since ${values.since}`);
  }
  return { since, until };
}

function time(flag: string, text: string, now: Date): Date {
  const [, amount, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNITS[unit] ?? 0));
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? new Date(text) : null;
  if (date !== null && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `${flag} is "${text}": give a UTC date (2026-11-22), a time (2026-11-22T10:30Z), or how long ago (90m, 2h, 3d)`,
  );
}
