import { expect, it } from 'vitest';
import { Channel } from '../../core/stream/channel.ts';

const chunk = (text: string) => Buffer.from(text);

it('a channel passes chunks in order, to its end', async () => {
  const channel = new Channel();
  for (const text of ['one', 'two']) channel.push(chunk(text));
  channel.end();
  expect(Buffer.concat(await collected(channel)).toString()).toBe('onetwo');
});

it('a channel has room again when the reader asks for the next chunk, not when it gets one', async () => {
  const channel = new Channel();
  expect(channel.room()).toBeNull();
  channel.push(chunk('one'));
  let room = false;
  const waiting = channel.room()?.then(() => {
    room = true;
  });
  const reader = channel[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual(chunk('one'));
  expect(room).toBe(false);
  const next = reader.next();
  await waiting;
  channel.push(chunk('two'));
  expect((await next).value).toEqual(chunk('two'));
});

it('a channel lets the writer run ahead up to its high-water mark', () => {
  const channel = new Channel({ highWaterBytes: 10 });
  channel.push(chunk('123456789'));
  expect(channel.room()).toBeNull();
  channel.push(chunk('0'));
  expect(channel.room()).not.toBeNull();
});

it('a channel gives the reader an error instead of the remaining chunks, and releases the writer', async () => {
  const channel = new Channel();
  channel.push(chunk('left'));
  const room = channel.room();
  channel.fail(new Error('the client left'));
  await room;
  await expect(channel[Symbol.asyncIterator]().next()).rejects.toThrow('the client left');
});

it('a channel drops what is pushed after the reader has stopped, and blocks nobody', async () => {
  const channel = new Channel();
  channel.push(chunk('one'));
  for await (const _ of channel) break;
  channel.push(chunk('two'));
  expect(channel.room()).toBeNull();
});

async function collected(channel: Channel): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const each of channel) chunks.push(each);
  return chunks;
}
