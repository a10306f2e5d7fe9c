import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';

/** Settings of the reconciler Lambda. */
export const reconcilerEnvironment = settingsCodec(
  z.object({
    rawBucket: z.string(),
    contentBucket: z.string(),
    /** URL of the queue to which events of raw mails without an outcome are sent again. */
    eventQueue: z.string(),
    /** Age from which a raw mail without an outcome counts as lost, minutes. Younger ones are still in flight. */
    minAgeMinutes: z.int(),
    /** Maximum age of raw mails to check, hours. */
    maxAgeHours: z.int(),
    /** Hours that a recent pass covers, by the clock of the edge, including one day for its error. */
    recentHours: z.int(),
    /** Maximum mails to requeue in one pass, minus those already waiting in the queue. */
    maxRequeued: z.int(),
    /** Maximum mails to requeue per second. */
    requeuedPerSecond: z.int(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

/**
 * What the schedule sends to have the mails of the last `recentHours` checked; any other event checks all of
 * `maxAgeHours`.
 */
export const RECENT_PASS = { pass: 'recent' } as const;

export const isRecentPass = (event: unknown): boolean =>
  z.object({ pass: z.literal(RECENT_PASS.pass) }).safeParse(event).success;

export type ReconcilerSettings = SettingsOf<typeof reconcilerEnvironment>;
