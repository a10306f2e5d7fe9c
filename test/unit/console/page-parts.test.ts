import { describe, expect, it } from 'vitest';
import type { FlowNode } from '../../../local/console/api/api.ts';
import { type Layout, narrowLayout, wideLayout } from '../../../local/console/app/flow/layout.ts';
import { Arrivals } from '../../../local/console/app/mails/arrivals.ts';
import { bytes, count, counted, duration, money } from '../../../local/console/app/parts/format.ts';

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [48_213, '48.2 KB'],
    [150_000_000, '150 MB'],
    [2_500_000_000_000, '2500 GB'],
  ])('of %i bytes read as %s', (size, text) => expect(bytes(size)).toBe(text));

  it.each([
    [0, '0 ms'],
    [840.4, '840 ms'],
    [999.7, '1.0 s'],
    [2_140, '2.1 s'],
    [61_000, '61 s'],
    [180_000, '3 min'],
    [7_200_000, '2 h'],
    [432_000_000, '5 d'],
  ])('of %f ms read as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('have separators, plurals and the currency if known', () => {
    expect([count(1204), counted(1, 'mail'), counted(1204, 'mail')]).toEqual(['1,204', '1 mail', '1,204 mails']);
    expect([money(1488, 'GBP'), money(-3.5, null)]).toEqual(['GBP 1,488.00', '-3.50']);
  });
});

describe('the diagram of the flow', () => {
  const queue = { visible: 0, inFlight: 0, delayed: 0, oldestMs: null, deadLetters: 0 };
  const node = (name: string, kind: FlowNode['kind']): FlowNode => ({
    name,
    kind,
    mails: 1,
    queue: kind === 'queue' || kind === 'function' ? queue : null,
    failures: 0,
  });
  const start = [node('edge', 'edge'), node('raw', 'store'), node('parser', 'function')];
  const destinations = (count: number) => Array.from({ length: count }, (_, at) => node(`queue-${at}`, 'queue'));

  const pictures = [
    ['one queue and no enricher', [...start, ...destinations(1)]],
    ['an enricher and three queues', [...start, node('enricher', 'function'), ...destinations(3)]],
    ['more queues than have room', [...start, node('enricher', 'function'), ...destinations(12)]],
    ['no queue yet', start],
  ] as const;

  it.each(pictures)('with %s draws no box over another, and none outside, wide and narrow', (_what, nodes) => {
    for (const layout of [wideLayout(nodes), narrowLayout(nodes)]) {
      expect(overlapping(layout)).toEqual([]);
      expect(outside(layout)).toEqual([]);
      expect(layout.arrows.join()).not.toMatch(/NaN|undefined/);
    }
  });

  it('shows the queue that triggers a function as a box before it', () => {
    const names = wideLayout([...start, node('enricher', 'function'), ...destinations(1)]).placed.map(
      ({ node: { name } }) => name,
    );
    expect(names).toEqual(['edge', 'raw', 'raw-mail', 'parser', 'enrich', 'enricher', 'queue-0']);
  });

  function overlapping({ placed, boxWidth, boxHeight }: Layout): string[] {
    return placed.flatMap((a, at) =>
      placed
        .slice(at + 1)
        .filter((b) => Math.abs(a.x - b.x) < boxWidth && Math.abs(a.y - b.y) < boxHeight)
        .map((b) => `${a.node.name} ${b.node.name}`),
    );
  }

  function outside({ placed, boxWidth, boxHeight, width, height }: Layout): string[] {
    return placed
      .filter(({ x, y }) => x < 0 || y < 0 || x + boxWidth > width || y + boxHeight > height)
      .map(({ node: { name } }) => name);
  }
});

describe('arrivals', () => {
  it('make one request for all mails that arrive during a request, and never two at a time', async () => {
    const asked: (() => void)[] = [];
    const arrivals = new Arrivals(() => new Promise((resolve) => asked.push(resolve)));
    for (let mail = 0; mail < 100; mail++) arrivals.notice();
    expect(asked).toHaveLength(1);
    asked[0]?.();
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.();
    await new Promise(setImmediate);
    expect(asked).toHaveLength(2);
  });

  it('go on after a request that failed', async () => {
    let asked = 0;
    const arrivals = new Arrivals(async () => {
      asked += 1;
      throw new Error('no connection');
    });
    arrivals.notice();
    await expect.poll(() => asked).toBe(1);
    await new Promise(setImmediate);
    arrivals.notice();
    await expect.poll(() => asked).toBe(2);
  });
});
