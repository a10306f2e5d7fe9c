import { printable } from '../../core/log/printable.ts';
import type { Output, Style } from '../../core/terminal/output.ts';

/** The result of one check. */
export interface Finding {
  /** Name of the check, such as `MX of example.com`. */
  check: string;
  /** `skip`: the check could not be made; the text says why. */
  status: 'ok' | 'fail' | 'skip';
  text: string;
  /** What to do about it; null unless the check failed. */
  remedy: string | null;
}

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text, remedy: null });
export const fail = (check: string, text: string, remedy: string): Finding => ({ check, status: 'fail', text, remedy });
export const skip = (check: string, text: string): Finding => ({ check, status: 'skip', text, remedy: null });

const STYLES = { ok: 'green', fail: 'red', skip: 'yellow' } as const satisfies Record<Finding['status'], Style>;

/** Texts come from DNS, SMTP servers and certificates, so control characters are made harmless. */
export function findingLine({ check, status, text, remedy }: Finding, out: Output): string {
  const label = out.style(STYLES[status], (status === 'fail' ? 'FAIL' : status).padEnd(4));
  return `${label}  ${printable(`${check}: ${text}${remedy === null ? '' : ` — ${remedy}`}`)}\n`;
}
