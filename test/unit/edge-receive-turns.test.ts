import { beforeEach, describe, expect, it } from 'vitest';
import { ReceiveTurns } from '../../edge-mta/data/receive-turns.ts';

let now: number;
let turns: ReceiveTurns;
beforeEach(() => {
  now = 0;
  turns = new ReceiveTurns(100, () => now);
});

/** A mail in the queue; `sends` becomes true when its turn comes. */
function mail(bytes: number) {
  const turn = turns.take(bytes);
  const state = { sends: turn.wait === null, end: turn.end };
  void turn.wait?.then(() => {
    state.sends = true;
  });
  return state;
}

/** Advances the edge's watch one second at a time. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    now += 1_000;
    turns.sweep();
    await settled();
  }
}

const settled = () => Promise.resolve();

describe('large mails that arrive together', () => {
  it('are received concurrently up to the limit, and the rest in order of arrival', async () => {
    const first = mail(60);
    const second = mail(40);
    const third = mail(50);
    const fourth = mail(50);
    expect([first, second, third, fourth].map(({ sends }) => sends)).toEqual([true, true, false, false]);
    second.end();
    await settled();
    expect(third.sends).toBe(false);
    first.end();
    await settled();
    expect([third.sends, fourth.sends]).toEqual([true, true]);
  });

  it('admit one larger than the limit alone', async () => {
    const large = mail(500);
    const small = mail(1);
    expect([large.sends, small.sends]).toEqual([true, false]);
    large.end();
    await settled();
    expect(small.sends).toBe(true);
  });

  it('do not overtake a waiting larger one', async () => {
    const first = mail(60);
    const large = mail(80);
    const small = mail(10);
    expect([large.sends, small.sends]).toEqual([false, false]);
    first.end();
    await settled();
    expect([large.sends, small.sends]).toEqual([true, true]);
  });

  it('leave the queue when they end while waiting', async () => {
    const first = mail(100);
    const gone = mail(100);
    const third = mail(100);
    gone.end();
    gone.end();
    await settled();
    expect(gone.sends).toBe(true);
    first.end();
    await settled();
    expect(third.sends).toBe(true);
  });
});

describe('a slow sender', () => {
  it('keeps its turn while no one waits, and loses it to the next arrival', async () => {
    mail(100);
    await pass(60);
    expect(mail(100).sends).toBe(true);
  });

  it('delays others by no more than its turn', async () => {
    mail(100);
    now += 500;
    const next = mail(100);
    await pass(1);
    expect(next.sends).toBe(false);
    await pass(1);
    expect(next.sends).toBe(true);
  });

  it('releases its bytes exactly once', async () => {
    const slow = mail(100);
    await pass(2);
    mail(100);
    slow.end();
    expect(mail(100).sends).toBe(false);
  });
});

it('a large mail waits at most ten seconds for its turn, however many are ahead', async () => {
  for (let at = 0; at < 50; at++) mail(100);
  const last = mail(100);
  await pass(9);
  expect(last.sends).toBe(false);
  await pass(1);
  expect(last.sends).toBe(true);
});
