import { bill, type Line, usd, usdAfterFree } from './bill.ts';
import { PROFILES, type Recorded } from './counted.ts';
import { REGIONS, type Region } from './prices.ts';

export interface CostRow {
  what: string;
  /** US dollars by profile and region. */
  usd: Readonly<Record<string, number>>;
  changedBy: string;
}

const COLUMNS = REGIONS.flatMap((region) =>
  PROFILES.map((profile) => ({ name: `${profile}, ${region}`, profile, region })),
);
export const COLUMN_NAMES = COLUMNS.map(({ name }) => name);

/** The lines of the bill, and their sums, for each profile in each region. */
export function tableOf(counted: Recorded): CostRow[] {
  const bills = {
    standard: bill(counted.standard, counted.listings),
    frugal: bill(counted.frugal, counted.listings),
  };
  const row = (
    what: string,
    isOf: (line: Line) => boolean,
    price: (line: Line, region: Region) => number,
    changedBy = '',
  ): CostRow => ({
    what,
    changedBy,
    usd: Object.fromEntries(
      COLUMNS.map(({ name, profile, region }) => [
        name,
        bills[profile].filter(isOf).reduce((total, line) => total + price(line, region), 0),
      ]),
    ),
  });
  const all = () => true;
  return [
    ...bills.standard.map(({ id, what, changedBy }) => row(what, (line) => line.id === id, usd, changedBy)),
    row('list price', all, usd),
    row('of that, fixed', ({ fixed }) => fixed, usd),
    row('of that, for each million mails', ({ fixed }) => !fixed, usd),
    row('after the monthly free allowance', all, usdAfterFree),
  ];
}
