import {
  appendFile,
  copyFile,
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal, type JournalOptions } from '../../../local/sqs/journal.ts';
import type { Location } from '../../../local/sqs/message.ts';
import { encodeRecord } from '../../../local/sqs/record-frame.ts';

const FIRST_SEGMENT = '0000000001.log';

let directory: string;
let opened: Journal[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
  opened = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((journal) => journal.close()));
  await rm(directory, { recursive: true, force: true });
});

/** The headers of all records except the preambles, and the torn bytes that were reported. */
async function openJournal(options: Partial<JournalOptions> = {}) {
  const replayed: unknown[] = [];
  const torn: number[] = [];
  const damaged: { offset: number; bytes: number }[] = [];
  const journal = await Journal.open({
    directory,
    replay: ({ head }) => {
      if (head !== 'preamble') replayed.push(head);
    },
    preamble: () => 'preamble',
    torn: (_, bytes) => torn.push(bytes),
    damaged: (_, offset, bytes) => damaged.push({ offset, bytes }),
    ...options,
  });
  opened.push(journal);
  return { journal, replayed, torn, damaged };
}

async function locationOf(journal: Journal, head: unknown, body?: Buffer): Promise<Location> {
  return await new Promise((resolve, reject) => {
    journal.append(head, body, resolve).catch(reject);
  });
}

const asideFiles = async () => (await readdir(directory)).filter((name) => name.includes('.damaged-'));

/** Node does not export the class of file handles, so replace its methods on the prototype. */
async function fileHandlePrototype(): Promise<FileHandle> {
  const handle = await open(directory, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle);
}

describe('Journal', () => {
  it('reads records and bodies, and replays them in order', async () => {
    const { journal } = await openJournal();
    const body = Buffer.from('a body\r\n\0 of bytes');
    const location = await locationOf(journal, { number: 1 }, body);
    await Promise.all([2, 3, 4].map((number) => journal.append({ number })));
    expect(await journal.read(location)).toEqual({ head: { number: 1 }, body, length: location.length });
    await journal.close();

    const { replayed, torn } = await openJournal();
    expect(replayed).toEqual([1, 2, 3, 4].map((number) => ({ number })));
    expect(torn).toEqual([]);
  });

  it('starts with whole records after a crash at any byte', async () => {
    const { journal } = await openJournal();
    const ends: number[] = [];
    for (const head of [1, 2]) {
      const { offset, length } = await locationOf(journal, head, Buffer.from('body'));
      ends.push(offset + length);
    }
    await journal.close();
    const whole = join(directory, 'whole');
    await copyFile(join(directory, FIRST_SEGMENT), whole);
    const { length } = await readFile(whole);

    for (let cut = 0; cut <= length; cut += 1) {
      await copyFile(whole, join(directory, FIRST_SEGMENT));
      await truncate(join(directory, FIRST_SEGMENT), cut);
      const { journal: again, replayed } = await openJournal();
      expect(replayed, `cut at ${cut}`).toEqual([1, 2].slice(0, ends.filter((end) => end <= cut).length));
      await again.append('after');
      await again.close();
      const { journal: third, replayed: replayedAgain, torn } = await openJournal();
      expect(replayedAgain).toEqual([...replayed, 'after']);
      expect(torn).toEqual([]);
      await third.close();
    }
  });

  it('reports and truncates garbage after the last record', async () => {
    const { journal } = await openJournal();
    await journal.append('kept');
    await journal.close();
    await appendFile(join(directory, FIRST_SEGMENT), Buffer.alloc(100, 7));
    const { replayed, torn } = await openJournal();
    expect(replayed).toEqual(['kept']);
    expect(torn).toEqual([100]);
  });

  it('keeps every other record when any bit of it is flipped, and sets the damaged one aside', async () => {
    const { journal } = await openJournal();
    const places: Location[] = [];
    for (const head of ['a', 'b', 'c']) places.push(await locationOf(journal, head, Buffer.from(`body of ${head}`)));
    await journal.close();
    const whole = await readFile(join(directory, FIRST_SEGMENT));
    for (const [at, byte] of whole.entries()) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(byte ^ (1 << (at % 8)), at);
      await writeFile(join(directory, FIRST_SEGMENT), bytes);
      const { journal: first, replayed, damaged, torn } = await openJournal();
      await first.close();
      const hit = places.findIndex(({ offset, length }) => at >= offset && at < offset + length);
      expect(replayed, `bit of byte ${at}`).toEqual(['a', 'b', 'c'].filter((_, index) => index !== hit));
      const { offset, length } = places[hit] ?? { offset: 0, length: places[0]?.offset };
      expect([damaged, torn], `bit of byte ${at}`).toEqual([[{ offset, bytes: length }], []]);
      const [aside = '', ...more] = await asideFiles();
      expect(more).toEqual([]);
      expect(await readFile(join(directory, aside))).toEqual(bytes.subarray(offset, offset + (length ?? 0)));

      const second = await openJournal();
      expect([second.replayed, second.damaged, second.torn]).toEqual([replayed, [], []]);
      await second.journal.append('after');
      await second.journal.close();
      const third = await openJournal();
      expect(third.replayed).toEqual([...replayed, 'after']);
      await third.journal.close();
      await rm(join(directory, aside));
    }
  });

  it('distinguishes a damaged record from a missing end in every segment', async () => {
    // Two records and a preamble per segment.
    const { journal } = await openJournal({ segmentBytes: 50 });
    for (let number = 0; number < 10; number += 1) await journal.append({ number });
    await journal.close();
    const [first = '', second = '', ...more] = (await readdir(directory)).sort();
    expect(more).toHaveLength(3);
    await truncate(join(directory, first), 40);
    const bytes = await readFile(join(directory, second));
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(join(directory, second), bytes);
    const { journal: repaired, replayed, damaged } = await openJournal();
    await repaired.close();
    expect(damaged).toHaveLength(2);
    expect(replayed).toEqual([3, 4, 5, 6, 7, 8, 9].map((number) => ({ number })));
    expect(await asideFiles()).toHaveLength(2);
    expect(await openJournal()).toMatchObject({ replayed, damaged: [], torn: [] });
  });

  it('never mistakes bytes of a message for a record', async () => {
    const { journal } = await openJournal();
    const forged = encodeRecord({ op: 'forged' }).subarray(1).toString('latin1').replaceAll('\0', ' ');
    await journal.append('holds a record', Buffer.from(`text ${forged} text`, 'latin1'));
    await journal.append('kept');
    await journal.close();
    const bytes = await readFile(join(directory, FIRST_SEGMENT));
    bytes.writeUInt8(0x20, bytes.indexOf('text'));
    await writeFile(join(directory, FIRST_SEGMENT), bytes);
    expect((await openJournal()).replayed).toEqual(['kept']);
  });

  it('resolves only after the sync, and shares one sync among many appends', async () => {
    const { journal } = await openJournal();
    const prototype = await fileHandlePrototype();
    let sync = () => {};
    const datasync = vi.spyOn(prototype, 'datasync').mockImplementation(
      () =>
        new Promise<void>((resolve) => {
          sync = resolve;
        }),
    );
    const settled = vi.fn();
    const appends = Array.from({ length: 50 }, (_, number) => journal.append({ number }).then(settled));
    await vi.waitFor(() => expect(datasync).toHaveBeenCalledTimes(1), { timeout: 100_000 });
    expect(settled).not.toHaveBeenCalled();
    sync();
    await Promise.all(appends);
    expect(datasync).toHaveBeenCalledTimes(1);
  });

  it.each(['write', 'datasync'] as const)(
    'rejects when %s fails, and continues when the disk recovers',
    async (method) => {
      const { journal } = await openJournal();
      await journal.append('before');
      const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      vi.spyOn(await fileHandlePrototype(), method).mockRejectedValueOnce(full);
      const applied = vi.fn();
      await expect(journal.append('x'.repeat(1_000), undefined, applied)).rejects.toThrow('could not be written');
      expect(applied).not.toHaveBeenCalled();
      const location = await locationOf(journal, 'after');
      expect((await journal.read(location))?.head).toBe('after');
      await journal.close();
      expect((await openJournal()).replayed).toEqual(['before', 'after']);
    },
  );

  it('forgets records of a failed write, however short the next one is', async () => {
    const { journal } = await openJournal();
    await journal.append('before');
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    vi.spyOn(await fileHandlePrototype(), 'datasync').mockRejectedValueOnce(full);
    const lost = ['A', 'B', 'C'].map((head) => journal.append(head));
    for (const each of await Promise.allSettled(lost)) expect(each.status).toBe('rejected');
    await journal.append('D');
    await journal.close();
    expect((await openJournal()).replayed).toEqual(['before', 'D']);
  });

  it('starts segments with the preamble and drops the oldest', async () => {
    const { journal } = await openJournal({ segmentBytes: 100 });
    for (let number = 0; number < 20; number += 1) await journal.append({ number });
    const segments = await readdir(directory);
    expect(segments.length).toBeGreaterThan(2);
    const bytes = journal.bytes;
    expect(journal.oldestClosed).toBe(1);
    await journal.drop(1);
    expect(journal.oldestClosed).toBe(2);
    expect(journal.bytes).toBeLessThan(bytes);
    expect(await readdir(directory)).toEqual(segments.slice(1));
    await journal.close();
    const heads: unknown[] = [];
    const { journal: again } = await openJournal({ replay: ({ head }) => heads.push(head) });
    expect(heads[0]).toBe('preamble');
    expect(heads.at(-1)).toEqual({ number: 19 });
    expect(again.bytes).toBe(journal.bytes);
  });

  it('finishes a read of a segment that is dropped in the meantime', async () => {
    const { journal } = await openJournal({ segmentBytes: 100 });
    const location = await locationOf(journal, 'early', Buffer.alloc(500));
    await journal.append('later');
    const reading = journal.read(location);
    await journal.drop(1);
    expect((await reading)?.head).toBe('early');
    await expect(journal.read(location)).rejects.toThrow('gone');
  });
});
