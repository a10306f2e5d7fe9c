import { randomUUID } from 'node:crypto';
import { type FunctionDefinition, functionArn } from './function-definition.ts';
import { type FunctionHost, FunctionProcess } from './function-process.ts';
import { failure, type InvokeOutcome } from './outcome.ts';
import { RuntimeApi } from './runtime-api.ts';

/** One execution environment: a process and its Runtime API, which serve one invocation at a time. */
export class ExecutionEnvironment {
  /** Resolves when the process is gone. */
  readonly ended: Promise<unknown>;
  readonly #definition: FunctionDefinition;
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;

  private constructor(definition: FunctionDefinition, api: RuntimeApi, host: FunctionHost) {
    this.#definition = definition;
    this.#api = api;
    this.#process = new FunctionProcess(definition, api.authority, host);
    this.ended = this.#process.ended.then(() => api.close());
  }

  static async start(definition: FunctionDefinition, host: FunctionHost): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(definition, await RuntimeApi.listen(), host);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Waits until the bundle is loaded, the first time, and runs one invocation. Both have the timeout of the function,
   * and passing it kills the process, as does passing the memory limit.
   *
   * @param event JSON text
   */
  async invoke(event: string): Promise<InvokeOutcome> {
    const loading = Promise.race([
      this.#api.asked().then(() => null),
      this.#api.initError.then((error) => failure('init', error.errorType, error.errorMessage)),
    ]);
    const failedToLoad = await this.#limited(loading, 'loading the bundle');
    if (failedToLoad !== null) return failedToLoad;
    const answer = this.#api.exchange({
      requestId: randomUUID(),
      event,
      functionArn: functionArn(this.#definition.name),
      deadline: Date.now() + this.#definition.timeoutMs,
    });
    return this.#limited(answer.then(toOutcome), 'Task');
  }

  /** True once it can take another invocation, false when it has ended instead. */
  async reusable(): Promise<boolean> {
    const asked = this.#api.asked().then(() => true as const);
    return (await this.#limited(asked, 'asking for the next invocation')) === true;
  }

  /** Ends the process; an invocation in progress fails as `stopped`. */
  async stop(): Promise<void> {
    this.#process.kill(failure('stopped', 'Runtime.Stopped', 'local mode is stopping'));
    await this.ended;
  }

  async #limited<T>(work: Promise<T>, what: string): Promise<T | InvokeOutcome> {
    const { timeoutMs } = this.#definition;
    const timer = setTimeout(() => {
      const seconds = (timeoutMs / 1000).toFixed(2);
      this.#process.kill(failure('timeout', 'Sandbox.Timedout', `${what} timed out after ${seconds} seconds`));
    }, timeoutMs);
    const stopWatching = this.#process.watchMemory();
    try {
      return await Promise.race([work, this.#process.ended]);
    } finally {
      clearTimeout(timer);
      stopWatching();
    }
  }
}

function toOutcome(answer: Awaited<ReturnType<RuntimeApi['exchange']>>): InvokeOutcome {
  return 'payload' in answer
    ? { status: 'ok', payload: answer.payload }
    : failure('function', answer.error.errorType, answer.error.errorMessage);
}
