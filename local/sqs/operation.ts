import type { z } from 'zod';
import type { Broker } from './broker.ts';
import { invalidValue, SqsError, unsupported } from './errors.ts';
import type { LocalQueue } from './state.ts';

export interface OperationContext {
  broker: Broker;
  /** Base URL of this server: `http://127.0.0.1:<port>`. */
  baseUrl: string;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
  /** Called for each message sent. */
  sent: (message: { queue: string; body: string; at: Date }) => void;
}

export type JsonObject = { [name: string]: JsonValue | undefined };
export type JsonValue = string | number | boolean | JsonValue[] | JsonObject;

/** One action of the API: decodes its input and returns the output in the form of the JSON protocol. */
export type Operation = (context: OperationContext, input: unknown) => Promise<JsonObject>;

export function operation<S extends z.ZodType>(
  schema: S,
  run: (context: OperationContext, input: z.output<S>) => Promise<JsonObject>,
): Operation {
  return async (context, input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw inputError(parsed.error, input);
    return await run(context, parsed.data);
  };
}

export const queueUrlOf = (context: OperationContext, name: string): string =>
  `${context.baseUrl}/000000000000/${name}`;

/** The queue of a QueueUrl, whatever its host. */
export function queueAt(context: OperationContext, queueUrl: string): LocalQueue {
  return context.broker.queue(queueUrl.slice(queueUrl.lastIndexOf('/') + 1));
}

function inputError(error: z.ZodError, input: unknown): SqsError {
  const issue = error.issues[0];
  if (issue === undefined) return new SqsError('InvalidParameterValue', 'The request is invalid.');
  const parameter = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.');
  if (issue.code === 'unrecognized_keys') return unsupported(`the parameter ${parameter}`);
  const value = issue.path.reduce<unknown>((at, name) => property(at, name), input);
  if (value === undefined) {
    return new SqsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
  }
  return invalidValue(parameter, JSON.stringify(value), issue.message);
}

function property(of: unknown, name: PropertyKey): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
