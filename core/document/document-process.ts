import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { errorText, TransientError } from '../mail/errors.ts';
import { cpuMs, residentMemory } from '../process/process-usage.ts';
import { confinement, endWithParent, refuseDebugger, standardFonts } from './confinement.ts';
import type { CpuBudget } from './cpu-budget.ts';
import { encodeFrame, type Frame, readFrames } from './frames.ts';
import { DOCUMENT_PROCESS_LIMITS } from './limits.ts';
import { ANSWER_FD, answerSchema, DOCUMENT_PROCESS, type DocumentAnswer, type DocumentRequest } from './protocol.ts';

const MB = 1024 * 1024;
/** How often memory and CPU time of a process are checked, milliseconds. */
const WATCH_MS = 50;

export interface DocumentProcessOptions {
  /** The bundle, which opens a document when its first argument is DOCUMENT_PROCESS. */
  entry: URL;
  /** `LD_LIBRARY_PATH`: Lambda's node needs it to start. The process gets no other variable of the environment. */
  libraryPath: string | null;
  /** Default `DOCUMENT_PROCESS_LIMITS`. */
  limits?: { processMemoryMb?: number; processMs?: number; processCpuMs?: number; mailCpuMs?: number };
}

/** Why a process was ended. Retrying the document would not help. */
export class DocumentProcessEnded extends Error {}

/**
 * Opens one document in a process of its own, which ends with it: PDF and image libraries are large, and attackers send
 * documents. The process has a memory limit and a deadline, no environment, no files except its program
 * (`confinement`), and never opens a second document, so it cannot see somebody else's mail.
 *
 * Yields the answers. Time that the caller spends between two answers does not count.
 *
 * @throws DocumentProcessEnded when the document crashed it or exceeded a limit
 * @throws TransientError when no process could be started
 * @throws the signal's reason
 */
export async function* openDocument(
  options: DocumentProcessOptions,
  bytes: Buffer,
  request: DocumentRequest,
  { signal, budget }: { signal: AbortSignal; budget: CpuBudget },
): AsyncGenerator<{ answer: DocumentAnswer; bytes: Buffer }> {
  signal.throwIfAborted();
  const { processMs = DOCUMENT_PROCESS_LIMITS.processMs } = options.limits ?? {};
  const {
    processMemoryMb = request.drawWith === null
      ? DOCUMENT_PROCESS_LIMITS.processMemoryMb
      : DOCUMENT_PROCESS_LIMITS.drawingMemoryMb,
  } = options.limits ?? {};
  const {
    processCpuMs = request.drawWith === null
      ? DOCUMENT_PROCESS_LIMITS.processCpuMs
      : DOCUMENT_PROCESS_LIMITS.drawingCpuMs,
  } = options.limits ?? {};
  const child = start(options, request.drawWith);
  const end = new Watchdog(child, signal);
  const stopWatching = watch(child, { memoryMb: processMemoryMb, cpuMs: processCpuMs }, budget, end);
  const fonts = request.drawWith === null ? null : `${standardFonts(request.drawWith)}/`;
  child.stdin?.end(encodeFrame({ ...request, fonts }, bytes));
  const frames = readFrames(answersOf(child), DOCUMENT_PROCESS_LIMITS.answerBytes);
  let remainingMs = processMs;
  try {
    for (;;) {
      const started = performance.now();
      const timer = setTimeout(() => end.because(`opening it took longer than ${processMs / 1000} s`), remainingMs);
      const next = await nextFrame(frames, end).finally(() => clearTimeout(timer));
      remainingMs = Math.max(0, remainingMs - (performance.now() - started));
      const answer = decode(next);
      yield { answer, bytes: next.bytes };
      if (answer.type === 'end' || answer.type === 'refused') return;
    }
  } finally {
    stopWatching();
    end.close();
  }
}

function start({ entry, libraryPath }: DocumentProcessOptions, drawWith: string | null): ChildProcess {
  refuseDebugger();
  const child = spawn(
    process.execPath,
    [
      ...confinement(entry, drawWith),
      `--max-old-space-size=${DOCUMENT_PROCESS_LIMITS.processHeapMb}`,
      '--no-warnings',
      fileURLToPath(entry),
      DOCUMENT_PROCESS,
    ],
    {
      env: libraryPath === null ? {} : { LD_LIBRARY_PATH: libraryPath },
      // What a library prints comes from a stranger, so it is discarded.
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    },
  );
  endWithParent(child);
  // A process that ends before it has read everything: its exit status says more.
  child.stdin?.on('error', () => {});
  return child;
}

function answersOf(child: ChildProcess): Readable {
  const answers = child.stdio[ANSWER_FD];
  if (answers instanceof Readable) return answers;
  throw new Error('the child process has no pipe for answers');
}

/** Kills the process, and remembers why: a blocked thread cannot run its own timer. */
class Watchdog {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #exited: Promise<string>;
  #reason: string | null = null;

  constructor(child: ChildProcess, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
    this.#exited = new Promise((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new TransientError('document.no_process', 'no process to open the document in', { cause })),
      );
      child.once('exit', (code, how) => resolve(how === null ? `exit status ${code}` : `signal ${how}`));
    });
    this.#exited.catch(() => {});
    signal.addEventListener('abort', this.#kill);
  }

  because(reason: string): void {
    this.#reason ??= reason;
    this.#kill();
  }

  /** The error to throw when its answers ended early. */
  async failure(cause: unknown): Promise<unknown> {
    this.#kill();
    const how = await this.#exited;
    if (this.#signal.aborted) return this.#signal.reason;
    if (this.#reason !== null) return new DocumentProcessEnded(this.#reason);
    // V8 ends a process whose heap is full with abort().
    if (how === 'signal SIGABRT') return new DocumentProcessEnded('opening it took too much memory');
    return new DocumentProcessEnded(
      `it crashed the process that opened it (${how}${cause ? `: ${errorText(cause)}` : ''})`,
    );
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#kill);
    this.#kill();
  }

  readonly #kill = () => void this.#child.kill('SIGKILL');
}

async function nextFrame(frames: AsyncGenerator<Frame>, end: Watchdog): Promise<Frame> {
  let cause: unknown = null;
  try {
    const { value, done } = await frames.next();
    if (done !== true) return value;
  } catch (error) {
    cause = error;
  }
  throw await end.failure(cause);
}

/** Answers of a compromised process are not trusted. */
function decode({ json }: Frame): DocumentAnswer {
  const answer = answerSchema.safeParse(json);
  if (answer.success) return answer.data;
  throw new DocumentProcessEnded('the process that opened it sent an invalid answer');
}

/** Checks what the process has used, and charges its CPU time to the budget of the mail. */
function watch(
  child: ChildProcess,
  limits: { memoryMb: number; cpuMs: number },
  budget: CpuBudget,
  end: Watchdog,
): () => void {
  let counted = 0;
  const look = () => {
    if (child.pid === undefined) return;
    const memory = residentMemory(child.pid);
    if (memory !== null && memory.peak > limits.memoryMb * MB) {
      end.because(`opening it took more than ${limits.memoryMb} MB of memory`);
    }
    const used = cpuMs(child.pid) ?? counted;
    budget.spend(used - counted);
    counted = used;
    if (used > limits.cpuMs) end.because(`opening it took more than ${limits.cpuMs / 1000} s of CPU time`);
    else if (budget.isSpent) end.because(budget.reason);
  };
  const timer = setInterval(look, WATCH_MS);
  return () => {
    clearInterval(timer);
    look();
  };
}
