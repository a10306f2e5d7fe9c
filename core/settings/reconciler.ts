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
    /** Mails that one pass puts on the queue, at most, those that wait there already taken off. */
    maxRequeued: z.int(),
    /** Mails put on the queue in one second, at most. */
    requeuedPerSecond: z.int(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

export type ReconcilerSettings = SettingsOf<typeof reconcilerEnvironment>;
