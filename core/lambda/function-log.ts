import type { Context } from 'aws-lambda';
import type { Log, LogFields } from '../log/log.ts';
import type { Environment } from '../settings/codec.ts';

/** Values of `AWS_LAMBDA_LOG_LEVEL`; this program logs at four of them. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/**
 * JSON lines with the same fields in the same order as those of Powertools for Lambda, so that queries for other functions
 * find these as well. Undefined, null and empty fields are left out. Lines below `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets
 * from the logging configuration of the function, are not printed; the default is INFO.
 */
export class FunctionLog implements Log {
  readonly #service: string;
  readonly #environment: Environment;
  readonly #least: number;
  #invocations = 0;
  /** Of the invocation in progress. */
  #context: LogFields = {};

  /** @param environment kept, because Lambda changes some variables from invocation to invocation */
  constructor(service: string, environment: Environment) {
    this.#service = service;
    this.#environment = environment;
    const least = LEVELS.indexOf(environment['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO');
    this.#least = least === -1 ? LEVELS.indexOf('INFO') : least;
  }

  /** Lines from here on are about this invocation. */
  begin({ invokedFunctionArn, memoryLimitInMB, functionName, awsRequestId }: Context): void {
    this.#invocations += 1;
    const onDemand = this.#environment['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'on-demand';
    this.#context = {
      cold_start: onDemand && this.#invocations === 1,
      function_arn: invokedFunctionArn,
      function_memory_size: memoryLimitInMB,
      function_name: functionName,
      function_request_id: awsRequestId,
    };
  }

  debug = (message: string, fields?: LogFields): void => this.#print('DEBUG', message, fields);
  info = (message: string, fields?: LogFields): void => this.#print('INFO', message, fields);
  warn = (message: string, fields?: LogFields): void => this.#print('WARN', message, fields);
  error = (message: string, fields?: LogFields): void => this.#print('ERROR', message, fields);

  #print(level: Level, message: string, fields: LogFields = {}): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    const line = {
      level,
      message,
      timestamp: new Date().toISOString(),
      service: this.#service,
      ...this.#context,
      sampling_rate: 0,
      xray_trace_id: traceId(this.#environment['_X_AMZN_TRACE_ID']),
      ...fields,
    };
    const shown = Object.entries(line).filter(([, value]) => value !== undefined && value !== null && value !== '');
    const stream = level === 'WARN' || level === 'ERROR' ? process.stderr : process.stdout;
    stream.write(`${JSON.stringify(Object.fromEntries(shown), printable())}\n`);
  }
}

/** `1-5759e988-bd862e3fe1be46a994272793` of `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…`. */
const traceId = (header: string | undefined): string | undefined => /(?:^|;)Root=([^;]*)/.exec(header ?? '')?.[1];

/** A replacer for JSON: errors with all fields, bigints as text, circular references left out. */
function printable() {
  /** The objects around the current value: the originals, and what is printed for them. */
  const around: { value: unknown; shown: unknown }[] = [];
  return function (this: unknown, _name: string, value: unknown): unknown {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    while (around.length > 0 && around.at(-1)?.shown !== this) around.pop();
    if (around.some((outer) => outer.value === value)) return undefined;
    const shown = value instanceof Error ? errorFields(value) : value;
    around.push({ value, shown });
    return shown;
  };
}

/** The only enumerable fields of an error are those that were added to it. */
function errorFields({ name, message, stack = '', cause, ...added }: Error): object {
  return { name, location: locationOf(stack), message, stack, cause, ...added };
}

/** `file:line` of the first frame that has one. */
function locationOf(stack: string): string {
  for (const line of stack.split('\n')) {
    const found = /\(([^()]*):(\d+):\d+\)$/.exec(line);
    if (found !== null) return `${found[1]}:${found[2]}`;
  }
  return '';
}
