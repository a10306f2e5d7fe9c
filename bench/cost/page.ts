import { ASSUMED } from './bill.ts';
import { PRICES, REGIONS } from './prices.ts';
import { RECORDED } from './recorded.ts';
import { COLUMN_NAMES, tableOf } from './table.ts';

const TOTALS: ReadonlySet<string> = new Set(['list price', 'after the monthly free allowance']);

/** The tables of docs/costs.md that follow from the bench, as Markdown. A test finds them on the page. */
export function pageTables(): string[] {
  return [
    markdown(
      ['', ...COLUMN_NAMES, 'changed by'],
      tableOf(RECORDED).map(({ what, usd, changedBy }) => [
        TOTALS.has(what) ? `**${what}**` : what,
        ...COLUMN_NAMES.map((name) => (usd[name] ?? 0).toFixed(2)),
        changedBy,
      ]),
    ),
    markdown(
      ['value', 'assumption'],
      Object.values(ASSUMED).map(({ value, means }) => [String(value), means]),
    ),
    markdown(
      ['price of', ...REGIONS, 'source'],
      Object.values(PRICES).map((price) => [
        price.unit,
        ...REGIONS.map((region) => `$${price[region]}`),
        `<${price.source}>`,
      ]),
    ),
  ];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
