import { describe, expect, it } from 'vitest';
import { bounceCases, HAS_BOUNCES, judge, type Verdict } from '../../support/bounce-score.ts';

describe.skipIf(!HAS_BOUNCES)('333 real bounces (skipped: ../shared/cases/bounces is absent)', () => {
  it('are read as sisimai reads them, except for those listed in docs/bounces.md', async () => {
    const verdicts: Verdict[] = [];
    for (const expected of bounceCases()) verdicts.push(await judge(expected));
    const wrong = (of: 'kindRight' | 'recipientsRight' | 'statusRight' | 'typeRight') =>
      verdicts.filter((verdict) => verdict[of] === false).map(({ file }) => file);
    expect(wrong('kindRight').length, wrong('kindRight').join()).toBeLessThanOrEqual(0);
    expect(wrong('recipientsRight').length, wrong('recipientsRight').join()).toBeLessThanOrEqual(5);
    expect(wrong('statusRight').length, wrong('statusRight').join()).toBeLessThanOrEqual(6);
    expect(wrong('typeRight').length, wrong('typeRight').join()).toBeLessThanOrEqual(9);
  });
});
