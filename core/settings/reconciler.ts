import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';

/** What the reconciler Lambda has to know. */
export const reconcilerEnvironment = settingsCodec(
  z.object({
    rawBucket: z.string(),
    contentBucket: z.string(),
    /** URL of the queue that raw mails without an outcome are put on again. */
    eventQueue: z.string(),
    /** Age from which a raw mail without an outcome counts as lost, minutes. Younger ones are still on their way. */
    minAgeMinutes: z.int(),
    /** Age up to which raw mails are looked at, hours. */
    maxAgeHours: z.int(),
    /** Hours that a recent pass goes back, by the clock of the edge: its one day of error is among them. */
    recentHours: z.int(),
    /** Mails that one pass puts on the queue, at most, those that wait there already taken off. */
    maxRequeued: z.int(),
    /** Mails put on the queue in one second, at most. */
    requeuedPerSecond: z.int(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

/** What the schedule sends to have the mails of the last `recentHours` checked; any other event checks all of `maxAgeHours`. */
export const RECENT_PASS = { pass: 'recent' } as const;

export const isRecentPass = (event: unknown): boolean =>
  z.object({ pass: z.literal(RECENT_PASS.pass) }).safeParse(event).success;

export type ReconcilerSettings = SettingsOf<typeof reconcilerEnvironment>;
