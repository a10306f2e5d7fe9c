import { failureOfKey } from '../core/mail/keys.ts';
import { listFailureKeys } from '../core/outcome/failures.ts';
import type { TimeWindow } from '../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';

/** Why records that `failed list` shows are not failures in `audit`. */
const WHY = {
  redriving: (count: number) => `${count} of an interrupted redrive`,
  replay: (count: number) => `${count} of a replay, where the mail keeps its earlier document`,
  earlier: (count: number) => `${count} of an earlier revision`,
  absent: (count: number) => `${count} whose raw mail is not in the bucket or not in the time window`,
};

type Why = keyof typeof WHY;
const WHYS = Object.keys(WHY) as Why[];

/** The key under which `audit` counts a failure. */
export const countedAs = (id: string, destination: string | null): string => `${id} ${destination ?? ''}`;

/**
 * Explains why `failed list` and `audit` disagree on the failures; null when they agree.
 *
 * @param counted each failure that `audit` counted, by `countedAs`
 */
export async function uncounted(
  objects: ObjectStore,
  contentBucket: string,
  window: TimeWindow,
  counted: ReadonlySet<string>,
): Promise<string | null> {
  const counts = new Map<Why, number>();
  let records = 0;
  for await (const { key, interrupted } of listFailureKeys(objects, contentBucket, window)) {
    records += 1;
    const why = whyUncounted(key, interrupted, counted);
    if (why !== null) counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const more = WHYS.flatMap((why) => {
    const count = counts.get(why) ?? 0;
    return count > 0 ? [WHY[why](count)] : [];
  });
  const matched = records - [...counts.values()].reduce((sum, count) => sum + count, 0);
  const missing = counted.size - matched;
  if (more.length === 0 && missing === 0) return null;
  const also = more.length > 0 ? `, among them ${more.join(', ')}` : '';
  const lacking = missing > 0 ? `; ${missing} failed outside the time window` : '';
  return `failed list has ${records} ${records === 1 ? 'record' : 'records'}${also}${lacking}`;
}

function whyUncounted(key: string, interrupted: boolean, counted: ReadonlySet<string>): Why | null {
  if (interrupted) return 'redriving';
  const failure = failureOfKey(key);
  if (failure === null) return 'absent';
  const { id, revision, destination } = failure;
  if (destination === null && revision > 1) return 'replay';
  if (counted.has(countedAs(id, destination))) return null;
  return destination === null ? 'absent' : 'earlier';
}
