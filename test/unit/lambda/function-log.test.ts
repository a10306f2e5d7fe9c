import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FunctionLog } from '../../../core/lambda/function-log.ts';
import { lambdaMetrics } from '../../../core/metrics/lambda-metrics.ts';

const CONTEXT = {
  functionName: 'parser',
  memoryLimitInMB: '1024',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:parser',
} as Context;

/** Fields of Powertools for Lambda 2.36, in the same order. */
const IN_AN_INVOCATION = {
  level: 'INFO',
  message: 'parsed',
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  service: 'parser',
  cold_start: true,
  function_arn: CONTEXT.invokedFunctionArn,
  function_memory_size: '1024',
  function_name: 'parser',
  function_request_id: CONTEXT.awsRequestId,
  sampling_rate: 0,
  xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
};

describe('a line of a function', () => {
  const environment: Record<string, string> = {};
  const out: Record<string, unknown>[] = [];
  const err: Record<string, unknown>[] = [];
  beforeEach(() => {
    for (const name of Object.keys(environment)) delete environment[name];
    for (const lines of [out, err]) lines.splice(0);
    for (const [stream, lines] of [
      [process.stdout, out],
      [process.stderr, err],
    ] as const) {
      vi.spyOn(stream, 'write').mockImplementation((line) => {
        lines.push(JSON.parse(String(line)));
        return true;
      });
    }
  });
  afterEach(() => void vi.restoreAllMocks());

  it('has the fields of Powertools, and its own behind them', () => {
    environment['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'on-demand';
    const log = new FunctionLog('parser', environment);
    log.begin(CONTEXT);
    environment['_X_AMZN_TRACE_ID'] = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1';
    log.info('parsed', { mailId: '01K', bytes: 10, big: 2n ** 60n });
    expect(out).toEqual([{ ...IN_AN_INVOCATION, mailId: '01K', bytes: 10, big: '1152921504606846976' }]);
    expect(Object.keys(out[0] ?? {})).toEqual([...Object.keys(IN_AN_INVOCATION), 'mailId', 'bytes', 'big']);
  });

  it('has no invocation before the first one, and a cold start in the first one only', () => {
    environment['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'on-demand';
    const log = new FunctionLog('parser', environment);
    log.info('started');
    log.begin(CONTEXT);
    log.info('first');
    log.begin(CONTEXT);
    log.info('second');
    expect(out.map((line) => [line['message'], line['cold_start'], line['function_name']])).toEqual([
      ['started', undefined, undefined],
      ['first', true, 'parser'],
      ['second', false, 'parser'],
    ]);
  });

  it('has no cold start where the environment was provisioned', () => {
    environment['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'provisioned-concurrency';
    const log = new FunctionLog('parser', environment);
    log.begin(CONTEXT);
    log.info('first');
    expect(out[0]).toMatchObject({ cold_start: false });
  });

  it('leaves out what is undefined, null or empty, and what holds itself', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    new FunctionLog('parser', environment).info('x', {
      none: undefined,
      nothing: null,
      empty: '',
      zero: 0,
      no: false,
      loop,
    });
    const [{ timestamp: _, ...line } = {}] = out;
    expect(line).toEqual({
      ...{ level: 'INFO', message: 'x', service: 'parser', sampling_rate: 0, zero: 0, no: false },
      loop: { name: 'loop' },
    });
  });

  it('shows an error with its place, its cause and what was added to it', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 'x.y', self: {} });
    error.self = error;
    error.stack = 'TypeError: outer\n    at run (/var/task/index.mjs:12:34)\n    at index.mjs:1:1';
    new FunctionLog('parser', environment).error('failed', { error });
    expect(err[0]).toMatchObject({ level: 'ERROR', message: 'failed' });
    expect(err[0]?.['error']).toEqual({
      name: 'TypeError',
      location: '/var/task/index.mjs:12',
      message: 'outer',
      stack: error.stack,
      cause: expect.objectContaining({ name: 'Error', message: 'inner' }),
      code: 'x.y',
    });
  });

  it.each([
    [undefined, ['INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
    ['FATAL', []],
    ['no level', ['INFO', 'WARN', 'ERROR']],
  ])('is printed by AWS_LAMBDA_LOG_LEVEL=%s from its level on', (level, printed) => {
    if (level !== undefined) environment['AWS_LAMBDA_LOG_LEVEL'] = level;
    const log = new FunctionLog('parser', environment);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name](name);
    expect([...out, ...err].map((line) => line['level'])).toEqual(printed);
    expect(err.every((line) => ['WARN', 'ERROR'].includes(String(line['level'])))).toBe(true);
  });
});

describe('metrics of a function', () => {
  const document = (line: string) => {
    const { _aws, ...values } = JSON.parse(line);
    return { metrics: _aws.CloudWatchMetrics, values };
  };

  it('are one line an invocation, in the embedded metric format', () => {
    const lines: string[] = [];
    const metrics = lambdaMetrics('MailPipeline/test', 'parser', (line) => lines.push(line));
    metrics.flush();
    metrics.add('parsed', 1);
    metrics.add('mailBytes', 100);
    metrics.add('mailBytes', 250);
    metrics.add('defects', 0);
    metrics.flush();
    metrics.flush();
    expect(lines.map(document)).toEqual([
      {
        metrics: [
          {
            Namespace: 'MailPipeline/test',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'ParsedMails', Unit: 'Count' },
              { Name: 'MailBytes', Unit: 'Bytes' },
              { Name: 'Defects', Unit: 'Count' },
            ],
          },
        ],
        values: { service: 'parser', ParsedMails: 1, MailBytes: [100, 250], Defects: 0 },
      },
    ]);
  });

  it('are another line for each 100 values of one', () => {
    const lines: string[] = [];
    const metrics = lambdaMetrics('MailPipeline/test', 'parser', (line) => lines.push(line));
    for (let mail = 1; mail <= 250; mail += 1) metrics.add('parsed', mail);
    metrics.flush();
    const counts = lines.map((line) => document(line).values.ParsedMails);
    expect(counts.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(counts.flat()).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
  });
});
