import { describe, expect, it } from 'vitest';
import { type Sabotage, sabotaged } from '../support/sabotage.ts';
import { Storm, type StormReport } from '../support/storm/storm.ts';

/** T2: a storm that cannot fail proves nothing. */
const MAILS = Number(process.env['SABOTAGE_MAILS'] ?? 75);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

type Finding = 'lost' | 'duplicated' | 'phantom' | 'repeated' | 'hasty';

/** Faults alone have a few mails come often: that share of the mails proves nothing. */
const NOISE: Partial<Record<Finding, number>> = { repeated: 0.05 };

const SABOTAGES: [name: string, caught: Finding, Sabotage][] = [
  [
    'says 250 before the store has answered',
    'lost',
    {
      program: 'edge-mta',
      file: 'edge-mta/data/incoming-mail.ts',
      line: '      await this.#upload.finish();\n',
      broken: '      void this.#upload.finish().catch(() => {});\n',
    },
  ],
  [
    'stores what came of a mail whose client left',
    'phantom',
    {
      program: 'edge-mta',
      file: 'edge-mta/data/incoming-mail.ts',
      line: '    this.#refuse(REPLIES.storeFailed);\n  }\n\n  async #outcome',
      broken: '    void this.#upload.finish().catch(() => {});\n  }\n\n  async #outcome',
    },
  ],
  [
    'acknowledges an event before its mail is done',
    'lost',
    {
      program: 'parser',
      file: 'lambda/parser/handle-event.ts',
      line: '    await handleNotification(deps, jsonOf(body) ?? body, attempt.number, budget);\n',
      broken: '    void handleNotification(deps, jsonOf(body) ?? body, attempt.number, budget).catch(() => {});\n',
    },
  ],
  [
    'takes a mail for sent when the queue did not take it',
    'lost',
    {
      program: 'parser',
      file: 'core/outcome/publish.ts',
      line: '  await queue.send({ body, attributes });\n',
      broken: '  await queue.send({ body, attributes }).catch(() => {});\n',
    },
  ],
  [
    'does not know a retried delivery again',
    'duplicated',
    {
      program: 'parser',
      file: 'core/mail/dedup-key.ts',
      line: 'if (envelope === null || messageId === null || date === null) return id;',
      broken: 'if (envelope !== null || messageId === null || date === null) return id;',
    },
  ],
  [
    'does not look for mails whose event was lost',
    'lost',
    {
      program: 'reconciler',
      file: 'lambda/reconciler/reconcile.ts',
      line: 'if (!isOpen(mail) || age < oldest || age > newest) continue;',
      broken: 'continue;',
    },
  ],
  [
    'brings a mail to all its queues again with each attempt',
    'repeated',
    {
      program: 'parser',
      file: 'core/outcome/publish.ts',
      line: '  const known = created ? [] : await readDeliveries(store, contentBucket, document);\n',
      broken: '  const known: Delivery[] = [];\n',
    },
  ],
  [
    'takes a mail for delivered that a queue refuses',
    'lost',
    {
      program: 'dead-letter',
      file: 'lambda/dead-letter/deliver-or-fail.ts',
      line: '    for (const refusal of final) await recordRefusal(deps, kept, refusal, cause.receiveCount);\n',
      broken: '    void recordRefusal;\n    if (final.length > 0) return published;\n',
    },
  ],
  [
    'gives a mail up at once for a fault of access or transport',
    'hasty',
    {
      program: 'parser',
      file: 'core/aws/aws-error.ts',
      line: 'return passing ? TransientError : AccessError;',
      broken: 'return PermanentError;',
    },
  ],
];

/** Storms until one has caught the build: a small storm can miss what needs two faults at once. */
const STORMS = 3;

describe(`a build that is sabotaged is caught (SEED=${SEED})`, () => {
  it.each(SABOTAGES)('one that %s: %s', { timeout: 1_200_000 }, async (name, caught, sabotage) => {
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
