import { setMaxListeners } from 'node:events';
import type { Context } from 'aws-lambda';
import type { Log } from '../log/log.ts';
import { TransientError } from '../mail/errors.ts';
import { type LambdaMetrics, lambdaMetrics } from '../metrics/lambda-metrics.ts';
import type { ServiceName } from '../metrics/names.ts';
import type { Environment } from '../settings/codec.ts';
import { FunctionLog } from './function-log.ts';

export interface Invocation {
  /** Milliseconds until the timeout of the function. */
  remainingMs: number;
  /** Aborted when only the time for the answer remains. */
  signal: AbortSignal;
}

export interface LambdaProgram {
  /** Each line has the request id and the function's name. */
  log: Log;
  metrics: LambdaMetrics;
  /**
   * The handler for Lambda. Metrics are printed after `work` has ended.
   *
   * @param reserveMs reserved for the answer: unfinished records are returned as `batchItemFailures`
   */
  handler<T>(
    reserveMs: number,
    work: (event: unknown, invocation: Invocation) => Promise<T>,
  ): (event: unknown, context: Context) => Promise<T>;
}

/** The frame of every function. */
export function lambdaProgram(service: ServiceName, metricsNamespace: string, environment: Environment): LambdaProgram {
  const log = new FunctionLog(service, environment);
  const metrics = lambdaMetrics(metricsNamespace, service, (line) => process.stdout.write(`${line}\n`));
  return {
    log,
    metrics,
    handler: (reserveMs, work) => async (event, context) => {
      log.begin(context);
      const remainingMs = context.getRemainingTimeInMillis();
      const workMs = remainingMs - reserveMs;
      const stop = new AbortController();
      // Every mail and every request of the batch listens.
      setMaxListeners(0, stop.signal);
      const timer = setTimeout(
        () => stop.abort(new TransientError(`${service}.out_of_time`, `no answer within ${workMs} ms`)),
        workMs,
      );
      try {
        return await work(event, { remainingMs, signal: stop.signal });
      } finally {
        clearTimeout(timer);
        metrics.flush();
      }
    },
  };
}
