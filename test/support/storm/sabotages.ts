import type { Sabotage } from '../sabotage.ts';

/** The invariant a build violates. */
type Finding = 'lost' | 'duplicated' | 'phantom' | 'repeated' | 'hasty';

/** Faults alone cause a few copies of mails: a share up to this proves nothing. */
export const NOISE: Partial<Record<Finding, number>> = { repeated: 0.05 };

/** Sabotaged builds, each with the finding that exposes it. */
export const SABOTAGES: [name: string, caught: Finding, Sabotage][] = [
  [
    'says 250 before the store has answered',
    'lost',
    {
      program: 'edge-mta',
      file: 'edge-mta/data/incoming-mail.ts',
      line: '      return (await this.#upload.finish(this.normalized)) ?? queuedAs(this.id);\n',
      broken: '      void this.#upload.finish(this.normalized).catch(() => {});\n      return queuedAs(this.id);\n',
    },
  ],
  [
    'stores what came of a mail whose client left',
    'phantom',
    {
      program: 'edge-mta',
      file: 'edge-mta/data/incoming-mail.ts',
      line: '    this.#refuse(REPLIES.storeFailed);\n  }\n\n  async #outcome',
      broken: '    void this.#upload.finish(this.normalized).catch(() => {});\n  }\n\n  async #outcome',
    },
  ],
  [
    'acknowledges an event before its mail is done',
    'lost',
    {
      program: 'parser',
      file: 'lambda/parser/handle-event.ts',
      line: '    await handleNotification(deps, jsonOf(body) ?? body, attempt, budget);\n',
      broken: '    void handleNotification(deps, jsonOf(body) ?? body, attempt, budget).catch(() => {});\n',
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
