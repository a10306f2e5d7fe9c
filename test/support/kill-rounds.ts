import type { Armed, KillPoint, KillSwitch } from './kill-switch.ts';

/** Kills per step, all points together: 100 with `npm run test:faults`. */
const KILLS = Number(process.env['KILLS_A_STEP'] ?? 2);

/** The outcomes of one mail after a kill. */
export interface AfterKill {
  /** Its messages, each as dedupKey, revision and route. */
  messages: readonly string[];
  failed: boolean;
}

/** Totals over all kills of one program. */
export interface KillReport {
  mails: number;
  /** Mails with neither a message nor a failure. */
  lost: number;
  /** Mails with a message and a failure. */
  twoOutcomes: number;
  /** Mails with more than one message after deduplication. */
  duplicated: number;
  /** Messages that deduplication removed. */
  repeats: number;
  /** Mails whose only outcome is a failure. */
  failed: number;
  /** By step, such as `PUT parsed`. */
  kills: Record<string, number>;
}

/** Arms the switch, has a program process a new mail, disarms, and returns the outcomes of the mail. */
export type KilledRun = (arm: () => void, disarm: () => boolean) => Promise<AfterKill>;

/**
 * Kills a program at each of its requests, one kill per run, at every point, until each step was killed often enough.
 * When a step takes several requests, each of them is killed in turn. Prints the totals.
 */
export async function killEverywhere(
  target: KillSwitch,
  points: readonly KillPoint[],
  run: KilledRun,
): Promise<KillReport> {
  const counts = { mails: 0, lost: 0, twoOutcomes: 0, duplicated: 0, repeats: 0, failed: 0 };
  const kills: Record<string, number> = {};
  const wanted = Math.ceil(KILLS / points.length);
  for (const point of points) {
    const ofPoint = new Map<string, number>();
    const missing = (step: string | undefined) => step === undefined || (ofPoint.get(step) ?? 0) < wanted;
    /** Steps of the last run that survived; null before there was one. */
    let steps: readonly string[] | null = null;
    while (steps?.some(missing) ?? true) {
      for (let request = 0; steps === null || request < steps.length; request += 1) {
        if (steps !== null && !missing(steps[request])) continue;
        let armed: Armed = { killed: false, requests: [] };
        const found = await run(
          () => target.arm(request, point),
          () => {
            armed = target.disarm();
            return armed.killed;
          },
        );
        count(counts, found);
        const step = armed.requests[request];
        if (!armed.killed || step === undefined) {
          steps = armed.requests;
          break;
        }
        ofPoint.set(step, (ofPoint.get(step) ?? 0) + 1);
        kills[step] = (kills[step] ?? 0) + 1;
      }
    }
  }
  const total = Object.values(kills).reduce((sum, each) => sum + each, 0);
  console.log(JSON.stringify({ total, ...counts, kills }));
  return { ...counts, kills };
}

function count(counts: Omit<KillReport, 'kills'>, { messages, failed }: AfterKill): void {
  const entries = new Set(messages).size;
  counts.mails += 1;
  counts.repeats += messages.length - entries;
  if (entries === 0 && !failed) counts.lost += 1;
  if (entries > 0 && failed) counts.twoOutcomes += 1;
  if (entries > 1) counts.duplicated += 1;
  if (entries === 0 && failed) counts.failed += 1;
}
