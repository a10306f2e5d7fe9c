import { printable } from '../../core/log/printable.ts';
import type { Output, Style } from '../../core/terminal/output.ts';

/** What one check came to. */
export interface Finding {
  /** What was checked, such as `MX of example.com`. */
  check: string;
  /** `skip`: it cannot be known here, and the text says why. */
  status: 'ok' | 'fail' | 'skip';
  text: string;
  /** What to do; null unless the check failed. */
  remedy: string | null;
}

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text, remedy: null });
export const fail = (check: string, text: string, remedy: string): Finding => ({ check, status: 'fail', text, remedy });
export const skip = (check: string, text: string): Finding => ({ check, status: 'skip', text, remedy: null });

const STYLES = { ok: 'green', fail: 'red', skip: 'yellow' } as const satisfies Record<Finding['status'], Style>;

/** Texts come from DNS, from an SMTP server and from certificates: none of it may move the cursor. */
export function findingLine({ check, status, text, remedy }: Finding, out: Output): string {
  const label = out.style(STYLES[status], (status === 'fail' ? 'FAIL' : status).padEnd(4));
  return `${label}  ${printable(`${check}: ${text}${remedy === null ? '' : ` — ${remedy}`}`)}\n`;
}
