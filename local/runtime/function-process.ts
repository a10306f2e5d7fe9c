import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { residentMemory } from '../../core/process/process-usage.ts';
import {
  environmentVariables,
  type FunctionDefinition,
  type InitializationType,
  nodeArguments,
} from './function-definition.ts';
import { eachLine } from './lines.ts';
import { failure, type InvokeOutcome } from './outcome.ts';
import type { Reaper } from './reaper.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));
const MEMORY_POLL_MS = 50;
const MB = 1024 * 1024;

/** What a function needs from its host program. */
export interface FunctionHost {
  /** Called with each line the function prints. */
  print(functionName: string, line: string): void;
  reaper: Reaper;
}

/** The process of one execution environment. It exits on its own only on failure. */
export class FunctionProcess {
  /** Resolves when the process has exited, with the outcome for an invocation in progress. */
  readonly ended: Promise<InvokeOutcome>;
  readonly #definition: FunctionDefinition;
  readonly #child: ChildProcess;
  /** Why this program killed it; null otherwise. */
  #killed: InvokeOutcome | null = null;

  constructor(
    definition: FunctionDefinition,
    runtimeApi: string,
    host: FunctionHost,
    initialization: InitializationType,
  ) {
    this.#definition = definition;
    const child = spawn(process.execPath, [...nodeArguments(definition), BOOTSTRAP], {
      cwd: definition.codeDirectory,
      env: environmentVariables(definition, runtimeApi, initialization),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    host.reaper.watch(child);
    eachLine(child.stdout, (line) => host.print(definition.name, line));
    eachLine(child.stderr, (line) => host.print(definition.name, line));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(failure('crash', 'Runtime.StartError', error.message)));
      child.once('exit', (code, signal) => resolve(this.#killed ?? describeEnd(definition, code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(reason: InvokeOutcome): void {
    this.#killed ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Kills the process if it exceeds the memory limit, until the returned function is called. */
  watchMemory(): () => void {
    const limit = this.#definition.memoryMb * MB;
    const look = () => {
      const memory = this.pid === undefined ? null : residentMemory(this.pid);
      if (memory !== null && memory.peak > limit) this.kill(outOfMemory(this.#definition, memory.peak));
    };
    const timer = setInterval(look, MEMORY_POLL_MS);
    return () => clearInterval(timer);
  }
}

function describeEnd(definition: FunctionDefinition, code: number | null, signal: string | null): InvokeOutcome {
  // V8 aborts a process with a full heap; its output is in the log.
  if (signal === 'SIGABRT') return outOfMemory(definition, null);
  const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
  return failure('crash', 'Runtime.ExitError', `Runtime exited with error: ${how}`);
}

function outOfMemory({ memoryMb }: FunctionDefinition, used: number | null): InvokeOutcome {
  const detail = used === null ? 'its heap is full' : `it used ${Math.ceil(used / MB)} MB`;
  return failure('memory', 'Runtime.OutOfMemory', `out of memory: the limit is ${memoryMb} MB and ${detail}`);
}
