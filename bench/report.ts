import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** One measured case: its description, and figures named with their units. */
export interface Row {
  case: string;
  figures: Readonly<Record<string, number>>;
  /** Texts after the figures. */
  texts?: Readonly<Record<string, string>>;
}

export interface Result {
  name: string;
  /** What was measured and what was not, in a sentence or two. */
  measured: string;
  rows: Row[];
}

/** The machine of the measurements. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  /** Load average of the minute before; the figures mean little unless it is near 0. */
  loadBefore: number;
  /** File system of the data directory. */
  disk: string;
  date: string;
}

export function machine(dataDirectory: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    disk: fileSystem(dataDirectory),
    date: new Date().toISOString().slice(0, 10),
  };
}

export function printable(on: Machine, results: readonly Result[]): string {
  const { cpu, cores, memoryGb, system, node, loadBefore, disk, date } = on;
  const head = `${date} · ${cores} × ${cpu}, ${memoryGb} GB · ${system} · Node ${node} · data on ${disk} · load before ${loadBefore}`;
  return `${[head, ...results.map(table)].join('\n\n')}\n`;
}

function table({ name, measured, rows }: Result): string {
  const columns = [
    ...new Set(rows.flatMap(({ figures, texts }) => [...Object.keys(figures), ...Object.keys(texts ?? {})])),
  ];
  const cells = [
    ['', ...columns],
    ...rows.map((row) => [row.case, ...columns.map((column) => row.texts?.[column] ?? figure(row.figures[column]))]),
  ];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0))) ?? [];
  const lines = cells.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('   '),
  );
  return [`${name}: ${measured}`, ...lines.map((line) => `  ${line.trimEnd()}`)].join('\n');
}

function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

/** Type of the mount that holds a path; a figure from a RAM disk says nothing about fsync. */
function fileSystem(path: string): string {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    const holding = mounts
      .filter(
        ([, point]) => point !== undefined && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`)),
      )
      .sort(([, a = ''], [, b = '']) => b.length - a.length)[0];
    return holding?.[2] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
