import { ExecutionEnvironment } from './environment.ts';
import type { FunctionDefinition, InitializationType } from './function-definition.ts';
import type { FunctionHost } from './function-process.ts';
import { failure, type InvokeOutcome } from './outcome.ts';

/**
 * A function with its execution environments: one per concurrent invocation, up to its concurrency. Environments are
 * reused, and ended after an idle time.
 */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #host: FunctionHost;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** Last in, first out, so that environments beyond the load become idle. */
  readonly #idle: { environment: ExecutionEnvironment; timer: NodeJS.Timeout }[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #stopped = false;

  constructor(definition: FunctionDefinition, host: FunctionHost) {
    this.definition = definition;
    this.#host = host;
  }

  /** Process ids of the current environments. */
  get pids(): number[] {
    return [...this.#environments].flatMap((environment) => environment.pid ?? []);
  }

  /**
   * Starts the environments of its provisioned concurrency in the background; an invocation that arrives in the
   * meantime waits for one of them. The next invocation replaces one that crashed or hit a limit.
   */
  async provision(): Promise<void> {
    for (let count = 0; count < this.#provisioned; count++) this.#keep(await this.#start('provisioned-concurrency'));
  }

  /**
   * Runs one invocation, and waits for a free environment if all are busy. Never rejects because of the function
   * itself.
   *
   * @param event passed to the handler; must be JSON
   */
  async invoke(event: unknown): Promise<InvokeOutcome> {
    while (this.#running >= this.definition.maxConcurrency && !this.#stopped) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#stopped) return failure('stopped', 'Runtime.Stopped', 'local mode is stopping');
    this.#running += 1;
    try {
      const environment = this.#takeIdle() ?? (await this.#start('on-demand'));
      const outcome = await environment.invoke(JSON.stringify(event));
      // Before the next invocation, so that sequential callers get the same environment.
      if (await environment.reusable()) this.#keep(environment);
      return outcome;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Kills every environment at once; invocations in progress fail as `stopped`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  get #provisioned(): number {
    return this.definition.provisionedConcurrency ?? 0;
  }

  async #start(initialization: InitializationType): Promise<ExecutionEnvironment> {
    const environment = await ExecutionEnvironment.start(this.definition, this.#host, initialization);
    this.#environments.add(environment);
    void environment.ended.then(() => {
      this.#environments.delete(environment);
      this.#forget(environment);
    });
    if (this.#stopped) await environment.stop();
    return environment;
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    const taken = this.#idle.pop();
    clearTimeout(taken?.timer);
    return taken?.environment;
  }

  #keep(environment: ExecutionEnvironment): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      if (this.#idle.length + this.#running <= this.#provisioned) return;
      this.#forget(environment);
      void environment.stop();
    }, this.definition.idleMs);
    this.#idle.push({ environment, timer: timer.unref() });
  }

  #forget(environment: ExecutionEnvironment): void {
    const at = this.#idle.findIndex((entry) => entry.environment === environment);
    if (at !== -1) clearTimeout(this.#idle.splice(at, 1)[0]?.timer);
  }
}
