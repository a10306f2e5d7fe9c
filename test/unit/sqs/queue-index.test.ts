import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySlot, type QueuedMessage } from '../../../local/sqs/message.ts';
import { QueueIndex } from '../../../local/sqs/queue-index.ts';

const RETENTION_MS = 1_000;

type Step =
  | { kind: 'add'; delay: number }
  | { kind: 'take'; visibility: number }
  | { kind: 'rehide'; pick: number; visibility: number }
  | { kind: 'remove'; pick: number }
  | { kind: 'wait'; ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), delay: fc.constantFrom(0, 0, 0, 50, 300) }),
    fc.record({ kind: fc.constant('take' as const), visibility: fc.constantFrom(0, 10, 200, 2_000) }),
    fc.record({ kind: fc.constant('rehide' as const), pick: fc.nat(), visibility: fc.constantFrom(0, 10, 500) }),
    fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 10, 100, 700) }),
  ),
  { minLength: 10, maxLength: 200, size: 'max' },
);

function message(id: string, sentAt: number, visibleAt: number): QueuedMessage {
  return {
    id,
    queueId: 'q',
    sentAt,
    visibleAt,
    firstReceivedAt: null,
    receiveCount: 0,
    receivesHere: 0,
    deadLetterSource: null,
    location: { segment: 1, offset: 0, length: 1 },
    pending: 0,
    slot: emptySlot(),
  };
}

describe('QueueIndex', () => {
  it('agrees with a plain list of messages over random operations', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const index = new QueueIndex(RETENTION_MS);
        const model = new Map<string, QueuedMessage>();
        const visibleIds = (now: number) => [...model.values()].filter((m) => m.visibleAt <= now).map((m) => m.id);
        let now = 0;

        for (const [number, step] of script.entries()) {
          if (step.kind === 'wait') now += step.ms;
          for (const gone of index.advance(now).expired) expect(model.delete(gone.id)).toBe(true);
          const all = [...model.values()];
          if (step.kind === 'add') {
            const added = message(String(number), now, now + step.delay);
            model.set(added.id, added);
            index.add(added, now);
          } else if (step.kind === 'take') {
            const taken = index.firstReady;
            expect(taken === null).toBe(visibleIds(now).length === 0);
            if (taken === null) continue;
            expect(visibleIds(now)).toContain(taken.id);
            taken.receivesHere += 1;
            index.remove(taken);
            taken.visibleAt = now + step.visibility;
            index.add(taken, now);
          } else if (step.kind === 'rehide' && all.length > 0) {
            const picked = all[step.pick % all.length];
            if (picked?.slot.state !== 'inFlight') continue;
            index.remove(picked);
            picked.visibleAt = now + step.visibility;
            index.add(picked, now);
          } else if (step.kind === 'remove' && all.length > 0) {
            const picked = all[step.pick % all.length];
            if (picked === undefined) continue;
            model.delete(picked.id);
            index.remove(picked);
          }
          const left = [...model.values()];
          for (const { sentAt } of left) expect(sentAt + RETENTION_MS).toBeGreaterThan(now);
          expect(index.visible).toBe(visibleIds(now).length);
          expect(index.delayed).toBe(left.filter((m) => m.visibleAt > now && m.receivesHere === 0).length);
          expect(index.inFlight).toBe(left.filter((m) => m.visibleAt > now && m.receivesHere > 0).length);
          const due = left.map((m) => (m.visibleAt > now ? Math.min(m.visibleAt, m.sentAt + 1_000) : m.sentAt + 1_000));
          expect(index.nextDueAt).toBe(due.length === 0 ? null : Math.min(...due));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('hands out the oldest arrival first', () => {
    const index = new QueueIndex(RETENTION_MS);
    for (let number = 0; number < 5; number += 1) index.add(message(String(number), number, number), 10);
    const order: string[] = [];
    for (let first = index.firstReady; first; first = index.firstReady) {
      order.push(first.id);
      index.remove(first);
    }
    expect(order).toEqual(['0', '1', '2', '3', '4']);
  });
});
