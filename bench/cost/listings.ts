import { RECONCILER } from '../../core/config/functions.ts';
import { jsonLog } from '../../core/log/log.ts';
import { reconcile } from '../../lambda/reconciler/reconcile.ts';
import { BUCKETS, idAt, type ListedMail, listingsOf } from '../../test/support/listings.ts';
import { HOURS, MAILS } from './bill.ts';
import type { Listings } from './counted.ts';

const HOUR_MS = 3_600_000;
const PAGE_KEYS = 1_000;
/** lib/processing/timeouts.ts: every 15 minutes those of recent mails, every 12 hours all. */
const RECENT_PASSES = 4 * HOURS;
const FULL_PASSES = HOURS / 12;

/** Has the reconciler pass over a month's mails, all of them parsed, and counts the pages that it lists. */
export async function countListings(): Promise<Listings> {
  const recent = await pagesOf(RECONCILER.recentHours);
  const full = await pagesOf(null);
  return { passes: RECENT_PASSES + FULL_PASSES, pages: RECENT_PASSES * recent + FULL_PASSES * full };
}

async function pagesOf(recentHours: number | null): Promise<number> {
  const now = Date.parse('2026-11-29T12:00:00Z');
  const everyMs = (HOURS * HOUR_MS) / MAILS;
  function* mails(): Generator<ListedMail> {
    const month = HOURS * HOUR_MS;
    for (let n = 0; n < MAILS; n++) {
      const stored = now - month + Math.floor(n * everyMs);
      yield { id: idAt(stored), stored, outcome: 'parsed' };
    }
  }
  const { list, head, get } = listingsOf(mails);
  let pages = 0;
  async function* countedList(...listing: Parameters<typeof list>): ReturnType<typeof list> {
    pages += 1;
    let keys = 0;
    for await (const object of list(...listing)) {
      if (keys === PAGE_KEYS) {
        pages += 1;
        keys = 0;
      }
      keys += 1;
      yield object;
    }
  }
  await reconcile(
    {
      store: { list: countedList, head, get },
      events: { sendAll: async () => [], depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }) },
      log: jsonLog('bench', () => {}),
      now: () => now,
      random: () => 0,
      pause: async () => {},
    },
    { ...RECONCILER, recentHours, buckets: BUCKETS, deadline: Number.POSITIVE_INFINITY },
  );
  return pages;
}
