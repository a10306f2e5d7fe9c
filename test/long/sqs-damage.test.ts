import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../local/sqs/broker.ts';
import { segmentParts } from '../../local/sqs/segment.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type BrokenLine, bundleBroken } from '../support/sabotage.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { redriveTo } from '../support/test-broker.ts';

const SEGMENT = '0000000001.log';
const BODIES = ['one', 'two', 'three'];

const path = temporaryDirectory();
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'damage-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (build = Broker) => build.open({ directory, log: quietLog(), clock: () => 1_000 });

/** Defines the queues as local mode does at every start. */
async function defineQueues(broker: Broker): Promise<void> {
  await broker.defineQueue('dead', () => ({}));
  await broker.defineQueue('q', () => redriveTo('dead', 1));
}

/** Sends the messages and leaves one in the dead-letter queue. */
async function fill(): Promise<void> {
  const broker = await open();
  await defineQueues(broker);
  await broker.send(broker.queue('q'), { body: 'dead', attributes: {} });
  await broker.receive(broker.queue('q'), { max: 1, waitMs: 0, visibilityMs: 0 });
  await broker.receive(broker.queue('q'), { max: 1, waitMs: 0, visibilityMs: 0 });
  for (const body of BODIES) await broker.send(broker.queue('q'), { body, attributes: {} });
  await broker.close();
}

/** The messages in both queues, without deleting them. */
async function contents(broker: Broker): Promise<string[]> {
  const found: string[] = [];
  for (const name of ['q', 'dead']) {
    const deliveries = await broker.receive(broker.queue(name), { max: 10, waitMs: 0, visibilityMs: 1_000 });
    found.push(...deliveries.map(({ content }) => content.body));
  }
  return found.sort();
}

interface Flips {
  flips: number;
  /** How many times each message was lost. */
  lost: Record<string, number>;
  /** Offsets at which damage lost more than one message. */
  neighbours: number[];
  /** Offsets at which a start did not report the damage. */
  unsaid: number[];
}

/** Flips one bit of the journal at a time, and checks what is left after a broker has opened it twice. */
async function flipBits(build: typeof Broker, every: number): Promise<Flips> {
  await fill();
  const whole = await readFile(join(directory, SEGMENT));
  const all = [...BODIES, 'dead'];
  const result: Flips = { flips: 0, lost: {}, neighbours: [], unsaid: [] };
  for (let at = 0; at < whole.length; at += every) {
    for (const name of await readdir(directory)) await rm(join(directory, name));
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
    await writeFile(join(directory, SEGMENT), bytes);
    const broker = await open(build);
    await defineQueues(broker);
    await broker.close();
    // The repair persists, and the next start reports it again.
    const again = await open(build);
    const found = await contents(again);
    await again.close();
    const missing = all.filter((body) => !found.includes(body));
    result.flips += 1;
    for (const body of missing) result.lost[body] = (result.lost[body] ?? 0) + 1;
    if (missing.length > 1) result.neighbours.push(at);
    if (![broker, again].every(({ setAside }) => setAside.length === 1)) result.unsaid.push(at);
  }
  return result;
}

const SABOTAGES: [name: string, caught: 'neighbours' | 'unsaid', BrokenLine][] = [
  [
    'drops everything behind the first damaged record',
    'neighbours',
    { file: 'local/sqs/segment.ts', line: '    if (decodeRecord(bytes, at) !== null) return at;\n', broken: '' },
  ],
  [
    'says nothing of damage',
    'unsaid',
    { file: 'local/sqs/journal.ts', line: '    await setAside(path, damaged);\n', broken: '    void damaged;\n' },
  ],
];

describe('a damaged queue journal', () => {
  it('costs at most the one record in which a bit is flipped, at any byte, and definitions cost nothing', async () => {
    const found = await flipBits(Broker, 1);
    console.log(found);
    expect(found).toMatchObject({ neighbours: [], unsaid: [] });
    expect(Object.keys(found.lost).sort()).toEqual([...BODIES, 'dead'].sort());
  });

  it.each(SABOTAGES)('exposes a build that %s', async (name, caught, broken) => {
    const file = await bundleBroken('local/sqs/broker.ts', path(caught), broken);
    const build: { Broker: typeof Broker } = await import(pathToFileURL(file).href);
    const { flips, lost, ...found } = await flipBits(build.Broker, 5);
    console.log(name, { flips, lost, neighbours: found.neighbours.length, unsaid: found.unsaid.length });
    expect(found[caught]).not.toEqual([]);
  });

  it('does not let a message damaged at runtime block its neighbours', async () => {
    const broker = await open();
    await broker.defineQueue('q', () => ({}));
    for (const body of BODIES) await broker.send(broker.queue('q'), { body, attributes: {} });
    const bytes = await readFile(join(directory, SEGMENT));
    bytes.writeUInt8(0x58, bytes.lastIndexOf('two'));
    await writeFile(join(directory, SEGMENT), bytes);
    const received = await broker.receive(broker.queue('q'), { max: 10, waitMs: 0, visibilityMs: 0 });
    expect(received.map(({ content }) => content.body)).toEqual(['one', 'three']);
    await broker.close();
    const again = await open();
    expect(again.setAside).toHaveLength(1);
    const left = await again.receive(again.queue('q'), { max: 10, waitMs: 0, visibilityMs: 0 });
    expect(left.map(({ content }) => content.body)).toEqual(['one', 'three']);
    await again.close();
  });

  it('costs nothing outside of the damaged range, whatever its content', async () => {
    await fill();
    const whole = await readFile(join(directory, SEGMENT));
    const records = [...segmentParts(whole, true)];
    await fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 600 }), (start, hole) => {
        const bytes = Buffer.from(whole);
        bytes.set(hole.subarray(0, whole.length - start), start);
        const end = start + hole.length;
        const untouched = records.filter(({ offset, length }) => offset >= end || offset + length <= start);
        const found = [...segmentParts(bytes, true)].filter(({ kind }) => kind === 'record');
        expect(found).toEqual(expect.arrayContaining(untouched));
        expect([...segmentParts(bytes, true)].reduce((sum, { length }) => sum + length, 0)).toBe(whole.length);
      }),
      { numRuns: 300 },
    );
  });
});
