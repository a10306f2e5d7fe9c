/** What became of one invocation. `payload` is what the function returned, as JSON text. */
export type InvokeOutcome =
  | { status: 'ok'; payload: string }
  | { status: 'error'; kind: InvokeFailure; errorType: string; errorMessage: string };

/**
 * - `function`: the handler threw; the environment lives on.
 * - `init`: the bundle could not be loaded, or not inside the timeout.
 * - `timeout`, `memory`, `crash`: the environment ended in the middle; the next invocation gets a new one.
 * - `stopped`: this program is stopping.
 */
export type InvokeFailure = 'function' | 'init' | 'timeout' | 'memory' | 'crash' | 'stopped';

export function failure(kind: InvokeFailure, errorType: string, errorMessage: string): InvokeOutcome {
  return { status: 'error', kind, errorType, errorMessage };
}
