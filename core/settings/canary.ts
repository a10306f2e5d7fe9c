import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';

/** What the canary Lambda has to know. */
export const canaryEnvironment = settingsCodec(
  z.object({
    /** Host name of the edge. */
    smtpHost: z.string(),
    smtpPort: z.int(),
    /** Address that its mails go to. */
    recipient: z.string(),
    /** URL of the queue that they come out of. */
    queue: z.string(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

export type CanarySettings = SettingsOf<typeof canaryEnvironment>;
