import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { FunctionDefinition } from '../../local/runtime/function-definition.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { type ProbeFunction, probeFunction } from '../support/probe-function.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function functionOf(source: string, settings: Partial<FunctionDefinition> = {}): Promise<ProbeFunction> {
  const probe = await probeFunction(source, settings);
  cleanups.push(probe.close);
  return probe;
}

/** Resolves when the process no longer runs. */
async function gone(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid), { interval: 20 }).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const WHO = 'let calls = 0; export const handler = async () => ({ pid: process.pid, calls: ++calls });';

async function resultOf(lambda: LambdaFunction, event: unknown = {}) {
  const outcome = await lambda.invoke(event);
  if (outcome.status !== 'ok') throw new Error(`${outcome.kind}: ${outcome.errorType} ${outcome.errorMessage}`);
  return JSON.parse(outcome.payload);
}

it('the runtime passes event and context to the handler and returns its result', async () => {
  const { lambda } = await functionOf(
    `export const handler = async (event, context) => ({
      event, id: context.awsRequestId, arn: context.invokedFunctionArn, name: context.functionName,
      memory: context.memoryLimitInMB, left: context.getRemainingTimeInMillis(),
    });`,
  );
  const result = await resultOf(lambda, { text: 'grüße\u2028' });
  expect(result).toMatchObject({
    event: { text: 'grüße\u2028' },
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:probe',
    name: 'probe',
    memory: '256',
  });
  expect(result.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(result.left).toBeGreaterThan(0);
  expect(result.left).toBeLessThanOrEqual(30_000);
});

it('the runtime gives the process its settings and nothing of this program', async () => {
  vi.stubEnv('SECRET_OF_THE_SHELL', 'x');
  const { lambda } = await functionOf('export const handler = async () => ({ ...process.env });', {
    environment: { CONTENT_BUCKET: 'mail-content', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
  });
  const variables = await resultOf(lambda);
  expect(variables).toMatchObject({
    CONTENT_BUCKET: 'mail-content',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_LAMBDA_FUNCTION_NAME: 'probe',
    AWS_REGION: 'us-east-1',
    TZ: ':UTC',
    _HANDLER: 'index.handler',
  });
  expect(Object.keys(variables)).not.toContain('SECRET_OF_THE_SHELL');
  expect(Object.keys(variables)).not.toContain('HOME');
});

it('the runtime reuses a warm environment', async () => {
  const { lambda } = await functionOf(WHO);
  const first = await resultOf(lambda);
  expect(await resultOf(lambda)).toEqual({ pid: first.pid, calls: 2 });
});

it('the runtime has as many environments as concurrent invocations, up to its concurrency', async () => {
  const { lambda } = await functionOf(
    `let calls = 0;
     export const handler = () => new Promise((done) => setTimeout(() => done({ pid: process.pid, calls: ++calls }), 100));`,
  );
  const results = await Promise.all(Array.from({ length: 6 }, () => resultOf(lambda)));
  expect(new Set(results.map(({ pid }) => pid)).size).toBe(2);
  expect(lambda.pids).toHaveLength(2);
});

it('the runtime reports what the handler throws and keeps the environment', async () => {
  const { lambda } = await functionOf(
    `export const handler = async ({ bad }) => {
      if (bad) throw new RangeError('no such mail');
      return process.pid;
    };`,
  );
  const pid = await resultOf(lambda);
  expect(await lambda.invoke({ bad: true })).toEqual({
    status: 'error',
    kind: 'function',
    errorType: 'RangeError',
    errorMessage: 'no such mail',
  });
  expect(await resultOf(lambda)).toBe(pid);
});

it('the runtime kills an invocation that exceeds the timeout, even in an endless loop, and serves the next one', async () => {
  const { lambda } = await functionOf(
    'export const handler = async ({ hang }) => { while (hang); return process.pid; };',
    { timeoutMs: 3_000 },
  );
  const pid: number = await resultOf(lambda);
  expect(await lambda.invoke({ hang: true })).toMatchObject({
    kind: 'timeout',
    errorType: 'Sandbox.Timedout',
    errorMessage: 'Task timed out after 3.00 seconds',
  });
  await gone(pid);
  expect(await resultOf(lambda)).not.toBe(pid);
});

it('the runtime kills an invocation whose buffers exceed the memory limit', async () => {
  const { lambda } = await functionOf(
    `export const handler = async ({ mb }) => {
      const kept = [];
      for (let i = 0; i < mb; i++) { kept.push(Buffer.alloc(1048576, 1)); await new Promise(setImmediate); }
      return new Promise(() => setInterval(() => kept.length, 1000));
    };`,
    { memoryMb: 200 },
  );
  const outcome = await lambda.invoke({ mb: 400 });
  expect(outcome).toMatchObject({ kind: 'memory', errorType: 'Runtime.OutOfMemory' });
  expect(outcome).toHaveProperty('errorMessage', expect.stringMatching(/^out of memory: the limit is 200 MB/));
});

it('the runtime reports a full heap as out of memory', async () => {
  const { lambda, printed } = await functionOf(
    'export const handler = async () => { const kept = []; for (;;) kept.push({ more: [kept.length] }); };',
    { memoryMb: 64 },
  );
  expect(await lambda.invoke({})).toMatchObject({ kind: 'memory' });
  expect(printed).toBeInstanceOf(Array);
});

it.each([
  ['process.exit(3)', { kind: 'crash', errorMessage: 'Runtime exited with error: exit status 3' }],
  [
    "process.kill(process.pid, 'SIGSEGV')",
    { kind: 'crash', errorMessage: 'Runtime exited with error: signal: SIGSEGV' },
  ],
  [
    "setTimeout(() => { throw new Error('late') })",
    { kind: 'function', errorType: 'Runtime.UncaughtException', errorMessage: 'late' },
  ],
  [
    "Promise.reject(new Error('nobody waits'))",
    { kind: 'function', errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'nobody waits' },
  ],
])('the runtime survives a function that does %s', async (crime, expected) => {
  const { lambda } = await functionOf(
    `export const handler = ({ good }) => {
      if (good) return 'fine';
      ${crime};
      return new Promise(() => {});
    };`,
  );
  expect(await lambda.invoke({})).toMatchObject(expected);
  expect(await resultOf(lambda, { good: true })).toBe('fine');
});

it.each([
  ['export const other = 1;', 'Runtime.HandlerNotFound'],
  ['export const handler = ;', 'Runtime.UserCodeSyntaxError'],
  ["throw new TypeError('at load')", 'TypeError'],
])('the runtime says why a bundle cannot be loaded: %s', async (source, errorType) => {
  const { lambda, printed } = await functionOf(source);
  expect(await lambda.invoke({})).toMatchObject({ kind: 'init', errorType });
  expect(printed.length).toBeGreaterThan(0);
});

it('the runtime forwards what the function prints, with its name', async () => {
  const { lambda, printed } = await functionOf(
    "export const handler = async () => { console.log('to stdout'); console.error('to stderr'); };",
  );
  await lambda.invoke({});
  await expect.poll(() => printed.toSorted()).toEqual(['probe: to stderr', 'probe: to stdout']);
});

it('the runtime refuses a response that Lambda would refuse', async () => {
  const { lambda } = await functionOf("export const handler = async () => 'x'.repeat(7 * 1024 * 1024);");
  expect(await lambda.invoke({})).toMatchObject({ kind: 'function', errorType: 'Function.ResponseSizeTooLarge' });
});

it('the runtime ends environments that have no work', async () => {
  const { lambda } = await functionOf(WHO, { idleMs: 50 });
  const { pid } = await resultOf(lambda);
  await gone(pid);
  expect(await resultOf(lambda)).toMatchObject({ calls: 1 });
});

it('the runtime starts provisioned environments before there is work, and tells them so', async () => {
  const { lambda } = await functionOf(
    `let calls = 0;
     export const handler = async () => ({ pid: process.pid, calls: ++calls, type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE });`,
    { provisionedConcurrency: 1 },
  );
  await lambda.provision();
  const [pid] = lambda.pids;
  const results = await Promise.all([resultOf(lambda), resultOf(lambda)]);
  expect(results).toContainEqual({ pid, calls: 1, type: 'provisioned-concurrency' });
  expect(results).toContainEqual({ pid: expect.any(Number), calls: 1, type: 'on-demand' });
});

it('the runtime keeps provisioned environments without work and ends those in excess', async () => {
  const { lambda } = await functionOf(
    'export const handler = () => new Promise((done) => setTimeout(() => done(process.pid), 100));',
    { provisionedConcurrency: 1, idleMs: 50 },
  );
  await lambda.provision();
  await Promise.all([resultOf(lambda), resultOf(lambda)]);
  await expect.poll(() => lambda.pids.length, { interval: 20 }).toBe(1);
  const { pids } = lambda;
  expect(await resultOf(lambda)).toBe(pids[0]);
});

it('the runtime tells the invocation that a provisioned environment could not load the bundle', async () => {
  const { lambda } = await functionOf(
    `await new Promise((done) => setTimeout(done, 300));
     throw new RangeError('no such setting');`,
    { provisionedConcurrency: 1 },
  );
  await lambda.provision();
  expect(await lambda.invoke({})).toMatchObject({ kind: 'init', errorType: 'RangeError' });
});

it('the runtime ends a provisioned environment whose bundle does not load within the timeout', async () => {
  const { lambda } = await functionOf('while (true);', { provisionedConcurrency: 1, timeoutMs: 300 });
  await lambda.provision();
  await expect.poll(() => lambda.pids, { interval: 20 }).toEqual([]);
});

it('the runtime stops at once with invocations in progress and waiting', async () => {
  const { lambda } = await functionOf('export const handler = async () => { for (;;); };', { maxConcurrency: 1 });
  const running = lambda.invoke({});
  const waiting = lambda.invoke({});
  await expect.poll(() => lambda.pids.length).toBe(1);
  const pids = lambda.pids;
  await lambda.stop();
  expect(await running).toMatchObject({ kind: 'stopped' });
  expect(await waiting).toMatchObject({ kind: 'stopped' });
  for (const pid of pids) expect(isRunning(pid)).toBe(false);
});

it('the runtime leaves no process behind when it is killed itself, even one in an endless loop', async () => {
  const codeDirectory = await mkdtemp(join(tmpdir(), 'lambda-'));
  cleanups.push(() => rm(codeDirectory, { recursive: true }));
  await writeFile(
    join(codeDirectory, 'index.mjs'),
    'console.log(process.pid); export const handler = async () => { for (;;); };',
  );
  const program = join(codeDirectory, 'program.ts');
  const runtime = new URL('../../local/runtime/', import.meta.url);
  await writeFile(
    program,
    `import { LambdaFunction } from '${new URL('lambda-function.ts', runtime)}';
     import { Reaper } from '${new URL('reaper.ts', runtime)}';
     const host = { reaper: new Reaper(), print: (name, line) => process.stdout.write(line + '\\n') };
     const lambda = new LambdaFunction({ name: 'x', codeDirectory: ${JSON.stringify(codeDirectory)},
       memoryMb: 256, timeoutMs: 60000, maxConcurrency: 1, idleMs: 60000, environment: {} }, host);
     lambda.invoke({});`,
  );
  const parent = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});
