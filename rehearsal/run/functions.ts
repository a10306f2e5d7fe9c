import type { Log } from '../../core/log/log.ts';
import type { Closers } from '../../local/closers.ts';
import { EventSourceMapping } from '../../local/runtime/event-source-mapping.ts';
import { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import type { Reaper } from '../../local/runtime/reaper.ts';
import type { Sqs } from '../../local/sqs/create-sqs.ts';
import { type Asked, firstDenied } from '../aws/authorise.ts';
import type { DeployedFunction } from '../deployment/programs.ts';
import type { Queue } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import { OF_TRACING, ofLog, ofPoller } from '../services/by-itself.ts';

/** Environments per function; more would only compete for this machine's CPUs. */
const CONCURRENCY = 2;
const IDLE_MS = 5 * 60_000;

export interface FunctionContext {
  guard: Guard;
  queues: readonly Queue[];
  sqs: Sqs;
  reaper: Reaper;
  closers: Closers;
  log: Log;
  print(name: string, line: string): void;
  /** Reports what AWS would reject at deployment, or would never run. */
  fault(text: string): void;
}

/**
 * Runs one function from its bundle, under its role, with the triggers of the template.
 *
 * @param environment replaces its variables; includes credentials and endpoint
 */
export function startFunction(
  context: FunctionContext,
  deployed: DeployedFunction,
  environment: Record<string, string>,
): LambdaFunction {
  const { guard, closers, reaper } = context;
  const { id, name, arn, roleArn, account, logGroupArn, codeDirectory, memoryMb, timeoutSeconds } = deployed;
  assume(context, id, roleArn, 'lambda.amazonaws.com');
  const role = { kind: 'role', arn: roleArn, account } as const;
  const lambda = new LambdaFunction(
    {
      name,
      arn,
      codeDirectory,
      memoryMb,
      timeoutMs: timeoutSeconds * 1000,
      maxConcurrency: CONCURRENCY,
      idleMs: IDLE_MS,
      environment,
    },
    {
      reaper,
      print(printer, line) {
        context.print(printer, line);
        if (logGroupArn !== null) firstDenied(guard, role, ofLog(logGroupArn));
      },
    },
  );
  if (deployed.traced) firstDenied(guard, role, OF_TRACING);
  for (const mapping of deployed.mappings) {
    const fault = mappingFault(context, deployed, mapping);
    if (fault === null) map(context, lambda, mapping);
    else context.fault(`${id}: ${fault}`);
  }
  // Stop the function first, so that running invocations need not be awaited.
  closers.add(() => lambda.stop());
  return lambda;
}

/** Checks that a service may assume a role; the guard records a denial. */
export function assume(
  { guard, fault }: Pick<FunctionContext, 'guard' | 'fault'>,
  id: string,
  roleArn: string,
  service: string,
): void {
  const principal = { kind: 'service', name: service } as const;
  const asked: Asked = { action: 'sts:AssumeRole', resource: roleArn };
  if (firstDenied(guard, principal, [asked]) !== null) fault(`${id}: ${service} may not assume ${roleArn}`);
}

/** A fault of a mapping that AWS would reject or that causes duplicate deliveries; null when there is none. */
function mappingFault(
  { guard, queues }: FunctionContext,
  { roleArn, account, timeoutSeconds }: DeployedFunction,
  { queueArn, partial }: DeployedFunction['mappings'][number],
): string | null {
  const queue = queues.find(({ arn }) => arn === queueArn);
  if (queue === undefined) return `its queue ${queueArn} is not in any template`;
  if (!partial) return `its mapping of ${queue.name} lacks ReportBatchItemFailures`;
  if (queue.visibilitySeconds < timeoutSeconds) {
    return `the visibility timeout of ${queue.name}, ${queue.visibilitySeconds} s, is less than its timeout, ${timeoutSeconds} s`;
  }
  // Lambda refuses to create a mapping if its role lacks one of these.
  const asked = firstDenied(guard, { kind: 'role', arn: roleArn, account }, ofPoller(queue));
  return asked && `its role may not ${asked.action} on ${queue.name}`;
}

function map(
  { sqs, closers, log }: FunctionContext,
  target: LambdaFunction,
  { queueArn, batchSize }: DeployedFunction['mappings'][number],
): void {
  const source = sqs.eventSource(queueArn.slice(queueArn.lastIndexOf(':') + 1));
  const mapping = new EventSourceMapping({
    source: {
      arn: queueArn,
      receive: (max, signal) => source.receive(max, signal),
      delete: (handles) => source.delete(handles),
    },
    target,
    batchSize,
    log,
  });
  closers.add(() => mapping.stop());
}
