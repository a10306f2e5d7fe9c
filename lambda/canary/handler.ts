import { createSqsClient } from '../../core/aws/clients.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { errorText } from '../../core/mail/errors.ts';
import { canaryEnvironment } from '../../core/settings/canary.ts';
import { type CanaryDeps, sendCanary } from './send-canary.ts';

/** Milliseconds reserved for reporting that no mail arrived. */
const RESERVE_MS = 5_000;
/** Maximum silence of the edge, milliseconds. */
const SMTP_TIMEOUT_MS = 10_000;

const settings = canaryEnvironment.decode(process.env);
const { log, metrics, ...program } = lambdaProgram('canary', settings.metricsNamespace, process.env);
const deps: CanaryDeps = { queue: new SqsQueue(createSqsClient(), settings.queue), now: Date.now };
const { smtpHost: host, smtpPort: port, recipient } = settings;

/** Runs on a schedule; the event is ignored. The metric reports a mail that does not arrive. */
export const handler = program.handler(RESERVE_MS, async (_event, { signal }) => {
  try {
    const server = { host, port, timeoutMs: SMTP_TIMEOUT_MS };
    const result = await sendCanary(deps, { server, recipient }, signal);
    metrics.add('canaryDelivered', 1);
    metrics.add('canaryLatency', result.deliveredMs);
    log.info('the canary mail arrived on its queue', { mailId: result.id, ...result });
  } catch (error) {
    metrics.add('canaryDelivered', 0);
    log.error('the canary mail failed', { reason: errorText(error) });
  }
});
