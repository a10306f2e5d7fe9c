import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const rows = readFileSync('docs/reports.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \S+\/\S+ #\d+ \|/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

describe('docs/reports.md', () => {
  it('answers at least thirty reports, each once', () => {
    const reports = rows.map(([, report]) => report);
    expect(reports.length).toBeGreaterThanOrEqual(30);
    expect(new Set(reports).size).toBe(reports.length);
  });

  it.each(rows.map((row) => [row[1] ?? '', row] as const))('%s: has a verdict and its evidence', (_, row) => {
    expect(row).toHaveLength(7);
    expect(row[3]).toMatch(/^(yes|partly|no)$/);
    const file = /^`([^`]+)`$/.exec(row[5] ?? '')?.[1] ?? '?';
    expect(existsSync(file), file).toBe(true);
  });
});
