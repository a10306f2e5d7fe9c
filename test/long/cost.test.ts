import { describe, expect, it } from 'vitest';
import { count } from '../../bench/cost/count.ts';
import { PROFILES } from '../../bench/cost/counted.ts';
import { RECORDED } from '../../bench/cost/recorded.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const MAILS = 10;

/** Log lines and TLS records vary in length with the ports and durations in them. */
const SLACK = 1.05;

describe.each(PROFILES)('a mail in a deployment of the profile "%s"', (profile) => {
  it('costs no more requests, bytes and metrics than docs/costs.md counts', { timeout: 180_000 }, async () => {
    const { mail, metrics } = await count({ profile }, MAILS, path(profile));
    const recorded = RECORDED[profile];
    for (const program of ['edge', 'parser'] as const) {
      for (const kind of ['s3Writes', 's3Reads', 'sqs'] as const) {
        expect({ program, kind, most: mail[program][kind] <= recorded.mail[program][kind] }).toEqual({
          program,
          kind,
          most: true,
        });
      }
    }
    for (const bytes of ['storedBytes', 'logBytes', 'sentBytes', 'balancerBytes'] as const) {
      expect(mail[bytes]).toBeLessThanOrEqual(recorded.mail[bytes] * SLACK);
    }
    expect(mail.edge.s3Writes).toBe(1);
    expect(mail.storedBytes).toBeGreaterThan(5 * 1024);
    expect(metrics.filter((name) => !recorded.metrics.includes(name))).toEqual([]);
  });
});
