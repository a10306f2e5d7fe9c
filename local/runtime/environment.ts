import { randomUUID } from 'node:crypto';
import { arnOf, type FunctionDefinition, type InitializationType } from './function-definition.ts';
import { type FunctionHost, FunctionProcess } from './function-process.ts';
import { failure, type InvokeOutcome } from './outcome.ts';
import { RuntimeApi } from './runtime-api.ts';

/** One execution environment: a process and its Runtime API, serving one invocation at a time. */
export class ExecutionEnvironment {
  /** Resolves when the process has exited. */
  readonly ended: Promise<void>;
  readonly #definition: FunctionDefinition;
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  /** How it ended; null while it is running. */
  #end: InvokeOutcome | null = null;
  #onEnd: (end: InvokeOutcome) => void = () => {};
  /** Resolves with null when the bundle is loaded, or with the failure if it cannot be. */
  readonly #loaded: Promise<InvokeOutcome | null>;

  private constructor(
    definition: FunctionDefinition,
    api: RuntimeApi,
    host: FunctionHost,
    initialization: InitializationType,
  ) {
    this.#definition = definition;
    this.#api = api;
    this.#process = new FunctionProcess(definition, api.authority, host, initialization);
    this.ended = this.#process.ended.then((end) => {
      api.close();
      this.#end = end;
      this.#onEnd(end);
    });
    const loading = api.asked().then((error) => error && failure('init', error.errorType, error.errorMessage));
    this.#loaded = this.#limited(loading, 'loading the bundle');
  }

  /** Starts the process, which then loads the bundle within the function's timeout and memory limit. */
  static async start(
    definition: FunctionDefinition,
    host: FunctionHost,
    initialization: InitializationType,
  ): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(definition, await RuntimeApi.listen(), host, initialization);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Waits until the bundle is loaded, then runs one invocation within the function's timeout. Exceeding the timeout or
   * the memory limit kills the process.
   *
   * @param event JSON text
   */
  async invoke(event: string): Promise<InvokeOutcome> {
    const failedToLoad = await this.#loaded;
    if (failedToLoad !== null) return failedToLoad;
    const answer = this.#api.exchange({
      requestId: randomUUID(),
      event,
      functionArn: arnOf(this.#definition),
      deadline: Date.now() + this.#definition.timeoutMs,
    });
    return this.#limited(answer.then(toOutcome), 'Task');
  }

  /** True once it can take another invocation, false if it has ended. */
  async reusable(): Promise<boolean> {
    const asked = this.#api.asked().then((error) => error === null);
    return (await this.#limited(asked, 'asking for the next invocation')) === true;
  }

  /** Kills the process; an invocation in progress fails as `stopped`. */
  async stop(): Promise<void> {
    this.#process.kill(failure('stopped', 'Runtime.Stopped', 'local mode is stopping'));
    await this.ended;
  }

  /** Resolves with the result of `work`, or with how the process ended before that, on its own or by a limit. */
  async #limited<T>(work: Promise<T>, what: string): Promise<T | InvokeOutcome> {
    if (this.#end !== null) return this.#end;
    const { timeoutMs } = this.#definition;
    const timer = setTimeout(() => {
      const seconds = (timeoutMs / 1000).toFixed(2);
      this.#process.kill(failure('timeout', 'Sandbox.Timedout', `${what} timed out after ${seconds} seconds`));
    }, timeoutMs);
    const stopWatching = this.#process.watchMemory();
    try {
      return await new Promise<T | InvokeOutcome>((resolve, reject) => {
        // Not a race with `ended`, which lives as long as the process and would retain the result of every invocation.
        this.#onEnd = resolve;
        work.then(resolve, reject);
      });
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
