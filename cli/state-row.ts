import type { Output, Style } from '../core/terminal/output.ts';
import { type Cut, row } from '../core/terminal/rows.ts';

/** Label and colour of each state of a mail or a check. */
const STATES = {
  ok: ['ok', 'green'],
  delivered: ['delivered', 'green'],
  inFlight: ['in flight', 'yellow'],
  overdue: ['overdue', 'red'],
  failed: ['failed', 'red'],
  differs: ['DIFFERS', 'red'],
  unreadable: ['not read', 'red'],
} as const satisfies Record<string, readonly [string, Style]>;

export type State = keyof typeof STATES;

const WIDTH = 9;

export const labelOf = (state: State): string => STATES[state][0].padEnd(WIDTH);

/** A line that starts with a state, fitted to the width of the terminal. */
export function stateRow(state: State, fields: readonly (string | Cut)[], out: Output, label = labelOf(state)): string {
  const line = row([label, ...fields], out.columns);
  return `${out.style(STATES[state][1], label)}${line.slice(label.length)}\n`;
}
