import { describe, expect, it } from 'vitest';
import { sabotaged } from '../support/sabotage.ts';
import { NOISE, SABOTAGES } from '../support/storm/sabotages.ts';
import { Storm, type StormReport } from '../support/storm/storm.ts';

/** A storm that cannot fail proves nothing. */
const MAILS = Number(process.env['SABOTAGE_MAILS'] ?? 75);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** The seed selects a quarter of the builds; with a given number of mails (`npm run test:faults`) all of them run. */
const PARTS = process.env['SABOTAGE_MAILS'] === undefined ? 4 : 1;
const BUILDS = SABOTAGES.filter((_, at) => at % PARTS === SEED % PARTS);

/** Storms to run until one catches the build: a small storm can miss a bug that takes two faults at once. */
const STORMS = 3;

describe(`a build that is sabotaged is caught (SEED=${SEED})`, () => {
  it.each(BUILDS)('one that %s: %s', { timeout: 1_200_000 }, async (name, caught, sabotage) => {
    let found = 0;
    for (let storm = 0; storm < STORMS && found === 0; storm += 1) {
      const report: StormReport = await Storm.run({
        seed: SEED + storm,
        mails: MAILS,
        faultRate: 0.15,
        hangs: false,
        requestsPerKill: { edge: 60, functions: 300 },
        perOutage: { mails: 25, requests: 60 },
        bundle: sabotaged(sabotage),
      });
      const { mails, acknowledged, unlucky, lost, duplicated, phantom, repeated, hasty } = report;
      const counts = {
        lost: lost.length,
        duplicated: duplicated.length,
        phantom: phantom.length,
        repeated: repeated.length,
        hasty: hasty.length,
      };
      console.log(`SEED=${SEED + storm}`, name, { mails, acknowledged, unlucky, ...counts });
      found = Math.max(0, counts[caught] - (NOISE[caught] ?? 0) * mails);
    }
    expect(found).toBeGreaterThan(0);
  });
});
