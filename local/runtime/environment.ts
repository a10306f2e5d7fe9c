import { randomUUID } from 'node:crypto';
import { arnOf, type FunctionDefinition, type InitializationType } from './function-definition.ts';
import { type FunctionHost, FunctionProcess } from './function-process.ts';
import { failure, type InvokeOutcome } from './outcome.ts';
import { RuntimeApi } from './runtime-api.ts';

/** One execution environment: a process and its Runtime API, which serve one invocation at a time. */
export class ExecutionEnvironment {
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  readonly #definition: FunctionDefinition;
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  /** How it ended; null as long as it runs. */
  #end: InvokeOutcome | null = null;
  #onEnd: (end: InvokeOutcome) => void = () => {};
  /** Resolves when the bundle is loaded, with null, or when it cannot be. */
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

  /** Starts the process, which then loads the bundle. Loading has the timeout and the memory limit of the function. */
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
   * Waits until the bundle is loaded, the first time, and runs one invocation, which has the timeout of the function.
   * Passing it kills the process, as does passing the memory limit.
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

  /** True once it can take another invocation, false when it has ended instead. */
  async reusable(): Promise<boolean> {
    const asked = this.#api.asked().then((error) => error === null);
    return (await this.#limited(asked, 'asking for the next invocation')) === true;
  }

  /** Ends the process; an invocation in progress fails as `stopped`. */
  async stop(): Promise<void> {
    this.#process.kill(failure('stopped', 'Runtime.Stopped', 'local mode is stopping'));
    await this.ended;
  }

  /** What `work` resolves with, or how the process ended before: by itself, or by passing a limit. */
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
        // Not a race with `ended`: that lives as long as the process, and would keep what every invocation answered.
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
