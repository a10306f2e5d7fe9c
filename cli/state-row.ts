import type { Output, Style } from '../core/terminal/output.ts';
import { type Cut, row } from '../core/terminal/rows.ts';

/** What may be said of a mail or of one check of it: its label and colour. */
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

/** A line that begins with a state, fitted to where it is printed. */
export function stateRow(state: State, fields: readonly (string | Cut)[], out: Output, label = labelOf(state)): string {
  const line = row([label, ...fields], out.columns);
  return `${out.style(STATES[state][1], label)}${line.slice(label.length)}\n`;
}
