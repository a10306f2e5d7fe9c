/** The outcome of one invocation. `payload` is the function's result as JSON text. */
export type InvokeOutcome =
  | { status: 'ok'; payload: string }
  | { status: 'error'; kind: InvokeFailure; errorType: string; errorMessage: string };

/**
 * - `function`: the handler threw; the environment can be reused.
 * - `init`: the bundle could not be loaded, or not within the timeout.
 * - `timeout`, `memory`, `crash`: the environment ended during the invocation; the next one gets a new environment.
 * - `stopped`: this program is stopping.
 */
export type InvokeFailure = 'function' | 'init' | 'timeout' | 'memory' | 'crash' | 'stopped';

export function failure(kind: InvokeFailure, errorType: string, errorMessage: string): InvokeOutcome {
  return { status: 'error', kind, errorType, errorMessage };
}
