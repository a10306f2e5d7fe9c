import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../report.ts';
import { count, MAIL_BYTES } from './count.ts';
import type { Recorded } from './counted.ts';
import { countListings } from './listings.ts';
import { PRICES_OF } from './prices.ts';
import { tableOf } from './table.ts';

const COUNTED_MAILS = 40;
const COUNTS_FILE = '.build/cost.json';

/** The cost of a million mails of 5 KB in a month, by line. */
export async function cost(directory: string): Promise<Result> {
  const counted: Recorded = {
    date: new Date().toISOString().slice(0, 10),
    listings: await countListings(),
    standard: await count({ profile: 'standard' }, COUNTED_MAILS, join(directory, 'standard')),
    frugal: await count({ profile: 'frugal' }, COUNTED_MAILS, join(directory, 'frugal')),
  };
  writeFileSync(COUNTS_FILE, `${JSON.stringify(counted, null, 2)}\n`);
  return {
    name: 'cost',
    measured:
      `a month of 1,000,000 mails of ${MAIL_BYTES / 1024} KB, US dollars at list prices of ${PRICES_OF}. Requests, bytes and ` +
      `metrics are those of ${COUNTED_MAILS} mails in a deployment rehearsed on this machine (${COUNTS_FILE}), what runs by ` +
      'the hour is from the templates; ASSUMED in bench/cost/bill.ts has the rest.',
    rows: tableOf(counted).map(({ what, usd, changedBy }) => ({
      case: what,
      figures: usd,
      texts: { 'changed by': changedBy },
    })),
  };
}
