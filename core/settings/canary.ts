import * as z from 'zod/mini';
import { settingsCodec } from './codec.ts';

/** Settings of the canary Lambda. */
export const canaryEnvironment = settingsCodec(
  z.object({
    /** Host name of the edge. */
    smtpHost: z.string(),
    smtpPort: z.int(),
    /** Address that receives its mails. */
    recipient: z.string(),
    /** URL of the queue on which they arrive. */
    queue: z.string(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);
