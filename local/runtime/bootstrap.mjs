/**
 * Runs inside an execution environment: loads the function as Lambda's Node runtime does and serves invocations one by
 * one over the Runtime API. Plain JavaScript, so that nothing but Node runs the deployed bundle.
 *
 * Exits when the Runtime API is gone, because an environment must not outlive the program that started it.
 */
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const env = process.env;
const api = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true });
/** Id of the invocation in progress, for errors outside of the handler's own `try`. */
let currentRequestId;

// Ctrl-C reaches the whole process group, but the parent decides when this process ends.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error, 129));
process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason, 128));

const handler = await loadHandler();
for (;;) {
  const { headers, body } = await call('GET', '/invocation/next');
  currentRequestId = headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  let answer;
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    answer = ['response', JSON.stringify(result ?? null)];
  } catch (error) {
    answer = ['error', JSON.stringify(describe(error))];
  }
  await call('POST', `/invocation/${currentRequestId}/${answer[0]}`, answer[1]);
  currentRequestId = undefined;
}

/** `index.handler`: the file `index` and the name of its export. */
async function loadHandler() {
  const [file, exported] = [env._HANDLER.slice(0, env._HANDLER.lastIndexOf('.')), env._HANDLER.split('.').at(-1)];
  const path = ['.mjs', '.js', '.cjs'].map((end) => join(env.LAMBDA_TASK_ROOT, file + end)).find(existsSync);
  if (path === undefined) return failInit('Runtime.ImportModuleError', new Error(`Cannot find module '${file}'`));
  try {
    const module = await import(pathToFileURL(path).href);
    const handler = module[exported] ?? module.default?.[exported];
    if (typeof handler === 'function') return handler;
  } catch (error) {
    return failInit(error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : undefined, error);
  }
  return failInit('Runtime.HandlerNotFound', new Error(`${env._HANDLER} is undefined or not exported`));
}

async function failInit(errorType, error) {
  process.stderr.write(`${inspect(error)}\n`);
  await call('POST', '/init/error', JSON.stringify(describe(error, errorType)));
  process.exit(1);
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** The error document of the Runtime API. */
function describe(error, errorType) {
  if (!(error instanceof Error))
    return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] };
  return { errorType: errorType ?? error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function crash(errorType, error, exitCode) {
  process.stderr.write(`${inspect(error)}\n`);
  const path = currentRequestId === undefined ? '/init/error' : `/invocation/${currentRequestId}/error`;
  await call('POST', path, JSON.stringify(describe(error, errorType)));
  process.exit(exitCode);
}

/** One call of the Runtime API. There is no timeout: the next invocation may be hours away. */
function call(method, path, body) {
  return new Promise((resolve) => {
    const outgoing = request(`${api}${path}`, { method, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', () => process.exit(1));
    });
    outgoing.on('error', () => process.exit(1));
    outgoing.end(body);
  });
}
